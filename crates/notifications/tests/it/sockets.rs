//! The inbox's socket and the verbs on `/ws`.

use domain::Id;
use serde_json::{Value, json};
use testkit::{Database, Frame, SocketProbe};

use super::world::{World, counts, id_of, notice, on_both, post};

on_both!(
    the_counters_come_first_then_what_comes,
    others_inboxes_do_not_exist,
    verbs_on_both_sockets,
    all_is_what_this_socket_was_sent,
    other_tabs_agree,
    nothing_is_missed_while_it_opens,
);

/// `(unread, unseen, version)` of a frame or an ack's result.
fn triple(value: &Value) -> (i64, i64, i64) {
    let number = |name: &str| value[name].as_i64().unwrap();
    (number("unread"), number("unseen"), number("version"))
}

/// Says something with an id and reads its answer.
async fn ask(socket: &mut SocketProbe, mut frame: Value) -> Frame {
    frame["id"] = json!("q");
    socket.send(frame).await;
    loop {
        let answer = socket.next().await;
        if answer["id"] == "q" && ["ack", "error"].contains(&answer.kind()) {
            return answer;
        }
    }
}

/// The counters that an ack brings.
async fn acked(socket: &mut SocketProbe, frame: Value) -> (i64, i64, i64) {
    let answer = ask(socket, frame).await;
    assert_eq!(answer.kind(), "ack", "{}", answer.text);
    triple(&answer["result"])
}

/// The code of a refusal.
async fn refused(socket: &mut SocketProbe, frame: Value) -> String {
    let answer = ask(socket, frame).await;
    assert_eq!(answer.kind(), "error", "{}", answer.text);
    answer["code"].as_str().unwrap().to_owned()
}

async fn the_counters_come_first_then_what_comes(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 2).await;
    let own = format!("/ws/notifications/{}/", ann.id());
    for path in ["/ws/notifications/me", &own] {
        let mut socket = ann.socket(path).await;
        let first = socket.next().await;
        assert_eq!(first.kind(), "unread_count");
        let (unread, unseen, version) = triple(&first.json);
        world.raise(vec![notice(&[ann.id()], path), notice(&[ann.id()], "")]).await;
        for (number, key) in [(unread + 1, path), (unread + 2, "")] {
            let new = socket.next().await;
            assert_eq!((new.kind(), &new["inbox_no"]), ("new_notification", &json!(number)));
            assert_eq!(new["notification"]["title"], format!("Notice {key}").trim());
            assert_eq!(new["ch"], format!("user:{}", ann.id()));
            assert!(new.text.contains("225000.00"), "{}", new.text);
        }
        let count = socket.next().await;
        assert_eq!(count.kind(), "unread_count");
        assert_eq!(triple(&count.json), (unread + 2, unseen + 2, version + 1));
        assert_eq!(socket.so_far().await.len(), 0, "one count for a batch");
    }
}

async fn others_inboxes_do_not_exist(database: Database) {
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[]));
    for path in [format!("/ws/notifications/{}", bob.id()), "/ws/notifications/17".into()] {
        assert_eq!(ann.socket(&path).await.closed().await, Some(4003), "{path}");
    }
    // Two users hear of their own only.
    let mut socket = ann.socket("/ws/notifications/me").await;
    socket.expect("unread_count").await;
    world.raise(vec![notice(&[bob.id()], "a")]).await;
    let id = id_of(&bob, 1).await;
    for verb in ["mark_read", "dismiss"] {
        assert_eq!(refused(&mut socket, json!({"type": verb, "ids": [id]})).await, "not_found");
    }
    post(&bob, &format!("/{id}/read"), json!({})).await.expect(200);
    assert_eq!(socket.so_far().await.len(), 0);
    assert_eq!(acked(&mut socket, json!({"type": "get_unread_count"})).await, (0, 0, 0));
}

async fn verbs_on_both_sockets(database: Database) {
    for path in ["/ws/notifications/me", "/ws"] {
        let world = World::new(database).await;
        let ann = world.user(&[]);
        world.fill(&ann, 6).await;
        let mut socket = ann.socket(path).await;
        let read = json!({"type": "mark_read", "id": "q", "ids": [id_of(&ann, 1).await]});
        assert_eq!(acked(&mut socket, read).await, (5, 5, 2));
        let again = json!({"type": "mark_read", "ids": [id_of(&ann, 1).await]});
        assert_eq!(acked(&mut socket, again).await, (5, 5, 2));
        let up_to = json!({"type": "mark_read", "up_to": 3, "key": "k"});
        assert_eq!(acked(&mut socket, up_to.clone()).await, (3, 3, 3));
        let id = id_of(&ann, 4).await;
        let gone = json!({"type": "dismiss", "notification_id": id});
        assert_eq!(acked(&mut socket, gone).await, (2, 2, 4));
        // The same key again answers as it did then.
        assert_eq!(acked(&mut socket, up_to).await, (3, 3, 3));
        let reused = json!({"type": "mark_read", "up_to": 4, "key": "k"});
        assert_eq!(refused(&mut socket, reused).await, "key_reused");
        assert_eq!(acked(&mut socket, json!({"type": "get_unread_count"})).await, (2, 2, 4));
        for (wrong, code) in [
            (json!({"type": "mark_read"}), "invalid"),
            (json!({"type": "mark_read", "ids": ["x"], "up_to": 1}), "invalid"),
            (json!({"type": "mark_read", "ids": ["x"]}), "not_found"),
            (json!({"type": "mark_read", "ids": [Id::from(ann.id())]}), "not_found"),
            (json!({"type": "dismiss"}), "invalid"),
            (json!({"type": "snooze_all"}), "unknown_type"),
        ] {
            assert_eq!(refused(&mut socket, wrong.clone()).await, code, "{wrong}");
        }
        let all = json!({"type": "mark_all_read", "up_to": 5});
        assert_eq!(acked(&mut socket, all).await, (1, 1, 5));
        world.assert_counted(ann.id()).await;
    }
}

async fn all_is_what_this_socket_was_sent(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 2).await;
    let mut socket = ann.socket("/ws/notifications/me").await;
    socket.expect("unread_count").await;
    assert_eq!(acked(&mut socket, json!({"type": "mark_all_read"})).await, (0, 0, 2));
    world.raise(vec![notice(&[ann.id()], "a"), notice(&[ann.id()], "b")]).await;
    let mut count = socket.expect("unread_count").await;
    while triple(&count.json).2 < 3 {
        count = socket.expect("unread_count").await;
    }
    assert_eq!(triple(&count.json), (2, 2, 3));
    assert_eq!(acked(&mut socket, json!({"type": "mark_all_read"})).await, (0, 0, 4));

    let mut multiplexed = ann.socket("/ws").await;
    let bare = json!({"type": "mark_all_read"});
    assert_eq!(refused(&mut multiplexed, bare).await, "invalid");
}

async fn other_tabs_agree(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 4).await;
    let mut tab = ann.socket("/ws").await;
    tab.expect("connection_established").await;
    tab.expect("subscribed").await;
    let id = id_of(&ann, 2).await;

    let now = world.ctx().now();
    post(&ann, &format!("/{id}/read"), json!({})).await.expect(200);
    let updated = tab.expect("notification_updated").await;
    assert_eq!((&updated["id"], &updated["inbox_no"]), (&json!(id), &json!(2)));
    assert_eq!(updated["read_at"], json!(now));
    assert_eq!(updated["dismissed_at"], Value::Null);
    assert_eq!(triple(&tab.expect("unread_count").await.json), (3, 3, 2));

    post(&ann, &format!("/{id}/unread"), json!({})).await.expect(200);
    assert_eq!(tab.expect("notification_updated").await["read_at"], Value::Null);
    assert_eq!(triple(&tab.expect("unread_count").await.json), (4, 3, 3));

    let ids = [id_of(&ann, 1).await, id];
    post(&ann, "/dismiss", json!({ "ids": ids })).await.expect(200);
    let many = tab.expect("notifications_updated").await;
    assert_eq!((&many["change"], &many["ids"]), (&json!("dismissed"), &json!(ids)));
    assert_eq!(triple(&tab.expect("unread_count").await.json), (2, 2, 4));

    post(&ann, "/seen", json!({ "up_to": 3 })).await.expect(200);
    let many = tab.expect("notifications_updated").await;
    assert_eq!((&many["change"], &many["up_to"]), (&json!("seen"), &json!(3)));
    assert_eq!(triple(&tab.expect("unread_count").await.json), (2, 1, 5));

    post(&ann, "/read", json!({ "all": true })).await.expect(200);
    let many = tab.expect("notifications_updated").await;
    assert_eq!((&many["change"], &many["up_to"]), (&json!("read"), &json!(4)));
    assert_eq!(triple(&tab.expect("unread_count").await.json), (0, 0, 6));

    // What changes nothing is not told.
    post(&ann, "/read", json!({ "all": true })).await.expect(200);
    assert_eq!(tab.so_far().await.len(), 0);
    assert_eq!(counts(&ann).await, (0, 0));
}

async fn nothing_is_missed_while_it_opens(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    for round in 0..10 {
        let keys = (0..5).map(|n| notice(&[ann.id()], &format!("{round}:{n}")));
        let (mut socket, ()) =
            tokio::join!(ann.socket("/ws/notifications/me"), world.raise_only(keys.collect()));
        let first = socket.next().await;
        let (mut counted, _, mut version) = triple(&first.json);
        let total = (round + 1) * 5;
        while counted < total {
            let mut fresh = 0;
            let count = loop {
                let frame = socket.next().await;
                match frame.kind() {
                    "new_notification" => fresh += 1,
                    "unread_count" => break frame,
                    other => panic!("{other}"),
                }
            };
            assert_eq!(triple(&count.json), (counted + fresh, counted + fresh, version + 1));
            (counted, version) = (counted + fresh, version + 1);
        }
        world.settle().await;
    }
}
