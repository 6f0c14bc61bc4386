//! Who is there, and who may be, as other nodes see it.

use serde_json::json;

use super::pair::{Nodes, attend, user, who};
use testkit::TestRedis;

/// Who is on one node is seen on the other; those of a node that was killed leave when its lease
/// ends, and nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_killed_node_leave() {
    let redis = TestRedis::private().await;
    let nodes = Nodes::start([&redis.url(), &redis.url()]).await;
    let topic = nodes.topic();
    let ann = user(&nodes.house, "ann@example.com", "user").await;
    let bob = user(&nodes.house, "bob@example.com", "user").await;
    let mut anns = nodes.one.socket("/ws", &ann).await;
    let [ann_id] = &attend(&mut anns, &topic).await[..] else { panic!("ann alone is there") };
    let mut bobs = nodes.two.socket("/ws", &bob).await;
    assert_eq!(attend(&mut bobs, &topic).await.len(), 2);
    let bob_id = who(&anns.expect("presence_join").await.json);
    // Olga is on both nodes: she stays as long as one of them has her.
    let mut olgas = nodes.one.socket("/ws", &nodes.operator).await;
    assert_eq!(attend(&mut olgas, &topic).await.len(), 3);
    let olga_id = who(&bobs.expect("presence_join").await.json);
    let mut others = nodes.two.socket("/ws", &nodes.operator).await;
    assert_eq!(attend(&mut others, &topic).await.len(), 3);
    assert_eq!(who(&anns.expect("presence_join").await.json), olga_id);

    nodes.two.kill().await;
    assert_eq!(who(&anns.expect("presence_leave").await.json), bob_id);
    let mut present = attend(&mut olgas, &topic).await;
    present.sort_unstable();
    let mut expected = [ann_id.clone(), olga_id];
    expected.sort_unstable();
    assert_eq!(present, expected);
    let rest = anns.so_far().await;
    assert!(rest.iter().all(|frame| !frame.kind().starts_with("presence_")), "{rest:?}");
    assert_eq!(nodes.one.terminate().await, Some(0), "it stops in order");
}

/// What a user may no more ends at the node where their socket is, wherever it was decided.
#[tokio::test(flavor = "multi_thread")]
async fn rights_that_end_at_one_node_end_at_the_other() {
    let redis = TestRedis::private().await;
    let nodes = Nodes::start([&redis.url(), &redis.url()]).await;
    let admin = user(&nodes.house, "root@example.com", "admin").await;
    user(&nodes.house, "ann@example.com", "user").await;
    let login = json!({"email": "ann@example.com", "password": "correct horse battery"});
    let sign_in = async || {
        let path = "/api/v1/auth/login";
        let (status, ann) = nodes.one.request("POST", path, "", Some(&login)).await;
        assert_eq!(status, 200, "{ann}");
        let word = |value: &serde_json::Value| value.as_str().expect("a word").to_owned();
        (word(&ann["access"]), word(&ann["user"]["id"]))
    };
    // She signs out at the first node.
    let (token, _) = sign_in().await;
    let mut socket = nodes.two.socket("/ws", &token).await;
    socket.expect("subscribed").await;
    let (status, _) = nodes.one.request("POST", "/api/v1/auth/logout", &token, None).await;
    assert_eq!(status, 204);
    assert_eq!(socket.closed().await, Some(4204));
    assert_eq!(nodes.two.socket("/ws", &token).await.closed().await, Some(4001));
    // She is switched off there.
    let (token, id) = sign_in().await;
    let mut socket = nodes.two.socket("/ws", &token).await;
    socket.expect("subscribed").await;
    let path = format!("/api/v1/users/{id}");
    let body = json!({"active": false});
    let (status, answer) = nodes.one.request("PATCH", &path, &admin, Some(&body)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(socket.closed().await, Some(4204));
    assert_eq!(nodes.two.socket("/ws", &token).await.closed().await, Some(4001));
    nodes.stop().await;
}
