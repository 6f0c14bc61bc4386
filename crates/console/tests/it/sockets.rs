//! Connections and topics.

use domain::{Role, TenantId};
use events::NoticeRaised;
use hub::CloseCode;
use serde_json::{Value, json};
use store::{Class, Frame, Tx};
use testkit::{Actor, Database, SocketProbe, TestApp};

use crate::it::world::{house, items, notice, on_both, paged, texts};

on_both! {
    connections_are_listed_found_and_closed,
    topics_tell_who_follows_and_how_much_goes_out,
}

async fn follow(actor: &Actor, topics: &[&str]) -> SocketProbe {
    let mut socket = actor.socket("/ws").await;
    for topic in topics {
        socket.send(json!({"type": "subscribe", "ch": topic, "id": 1})).await;
        // The own stream begins by itself.
        while socket.expect("subscribed").await["ch"] != *topic {}
    }
    socket
}

async fn connections_are_listed_found_and_closed(database: Database) {
    let app = house(database).await;
    let admin = app.user(&[Role::Admin]);
    let [ann, bob] = [app.user(&[]), app.user(&[])];
    let mut sockets = [
        follow(&ann, &["thing:1", "thing:2"]).await,
        follow(&ann, &[]).await,
        follow(&bob, &["thing:1"]).await,
        ann.socket("/ws/test/").await,
    ];
    sockets[3].send(json!({"type": "ping"})).await;
    sockets[3].expect("pong").await;

    let all = paged(&admin, "/api/v1/admin/connections").await;
    let ids = texts(&all, "id");
    assert_eq!(ids.len(), 4);
    assert!(ids.is_sorted(), "the oldest first: {ids:?}");
    let first = &all[0];
    assert_eq!(first["user"]["id"], json!(ann.id()));
    assert_eq!(first["user"]["email"], json!(format!("{}@example.org", ann.id())));
    assert_eq!(first["path"], "/ws");
    assert_eq!(first["topics"], 3, "the own stream is among them");
    assert!(first["sent"].as_u64().unwrap() >= 2, "{first}");
    assert!(first["remote"].as_str().unwrap().starts_with("127.0.0.1"), "{first}");
    assert!(first["expires_at"].is_string() && first["opened_at"].is_string(), "{first}");

    let of = async |filter: String| {
        texts(&items(&admin, &format!("/api/v1/admin/connections?{filter}")).await, "id")
    };
    assert_eq!(of(format!("user={}", bob.id())).await, ids[2..3]);
    assert_eq!(of("topic=thing:1".to_owned()).await, [ids[0].clone(), ids[2].clone()]);
    assert_eq!(of("q=/ws/test".to_owned()).await, ids[3..]);
    assert_eq!(of("topic=thing:9".to_owned()).await, [""; 0]);
    for wrong in ["user=1", "topic=a%20b", "limit=0"] {
        let answer = admin.get(&format!("/api/v1/admin/connections?{wrong}")).await;
        answer.expect_problem(422, "invalid");
    }

    let one = format!("/api/v1/admin/connections/{}", ids[0]);
    let detail = admin.get(&one).await.expect(200).json;
    let followed = json!(["thing:1", "thing:2", format!("user:{}", ann.id())]);
    assert_eq!(detail["followed"], followed);
    assert_eq!((&detail["id"], &detail["node"]), (&json!(ids[0]), &json!(app.ctx().node())));
    admin.delete(&one).await.expect(204);
    assert_eq!(sockets[0].closed().await, Some(CloseCode::BY_ADMIN.as_u16()));
    admin.get(&one).await.expect_problem(404, "not_found");
    admin.delete(&one).await.expect_problem(404, "not_found");
    for id in [app.ctx().new_id().to_string(), "17".to_owned()] {
        let path = format!("/api/v1/admin/connections/{id}");
        admin.get(&path).await.expect_problem(404, "not_found");
    }
    assert_eq!(of(String::new()).await, ids[1..]);
}

async fn publish(app: &TestApp, topic: &str) {
    let topic = topic.parse().unwrap();
    let frame = Frame::new(topic, &json!({"type": "moved"})).unwrap();
    let event: NoticeRaised = notice("fine");
    let write = async move |tx: &Tx| tx.emit(TenantId::DEFAULT, &event, vec![frame.clone()]);
    app.ctx().store().write(Class::Interactive, write).await.unwrap();
}

async fn topics_tell_who_follows_and_how_much_goes_out(database: Database) {
    let app = house(database).await;
    let admin = app.user(&[Role::Admin]);
    let mut first = follow(&app.user(&[]), &["thing:1", "thing:2", "thing:3"]).await;
    let mut second = follow(&app.user(&[]), &["thing:1"]).await;
    for _ in 0..3 {
        publish(&app, "thing:1").await;
    }
    for socket in [&mut first, &mut second] {
        for _ in 0..3 {
            socket.expect("moved").await;
        }
    }
    let all = paged(&admin, "/api/v1/admin/topics?prefix=thing:").await;
    assert_eq!(texts(&all, "topic"), ["thing:1", "thing:2", "thing:3"]);
    let figures = |topic: &Value| {
        ["subscriptions", "seq", "frames"].map(|field| topic[field].as_u64().unwrap_or(99))
    };
    assert_eq!(figures(&all[0]), [2, 3, 3]);
    assert_eq!(figures(&all[1]), [1, 0, 0]);
    assert_eq!(items(&admin, "/api/v1/admin/topics?prefix=thing:2").await.len(), 1);

    let one = admin.get("/api/v1/admin/topics/thing:1").await.expect(200).json;
    assert_eq!(figures(&one), [2, 3, 3]);
    for nobody in ["thing:9", "%20"] {
        let path = format!("/api/v1/admin/topics/{nobody}");
        admin.get(&path).await.expect_problem(404, "not_found");
    }
    let seen = admin.get("/api/v1/admin/overview").await.expect(200).json;
    let sockets = &seen["sockets"];
    assert_eq!((&sockets["connections"], &sockets["users"]), (&json!(2), &json!(2)));
    assert_eq!((&sockets["frames"], &sockets["subscriptions"]), (&json!(3), &json!(6)));
    assert_eq!(seen["health"], json!({"status": "ok", "reasons": []}));
    let database_name = match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
    };
    assert_eq!((&seen["database"], &seen["broker"]), (&json!(database_name), &json!("none")));

    first.close().await;
    second.send(json!({"type": "unsubscribe", "ch": "thing:1", "id": 2})).await;
    second.expect("unsubscribed").await;
    admin.get("/api/v1/admin/topics/thing:1").await.expect_problem(404, "not_found");
}
