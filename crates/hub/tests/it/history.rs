//! Reading a topic's journal.

use serde_json::Value;

use super::world::{World, topic};

async fn ask(client: &super::probe::Client, rest: &str) -> Value {
    client.send(format!(r#"{{"type":"history","id":"h","ch":"property:a"{rest}}}"#));
    client.frame().await
}

fn page(reply: &Value) -> (Vec<u64>, bool) {
    assert_eq!(reply["type"], "history", "{reply}");
    assert_eq!((&reply["id"], &reply["ch"]), (&"h".into(), &"property:a".into()));
    let seqs = reply["events"].as_array().unwrap().iter();
    (seqs.map(|event| event["seq"].as_u64().unwrap()).collect(), reply["more"] == true)
}

#[tokio::test]
async fn pages_forwards_and_backwards() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit(&a, 10);
    let client = world.follower(&a).await;
    for (rest, seqs, more) in [
        (r#","since":0,"limit":4"#, vec![1, 2, 3, 4], true),
        (r#","since":[6,"db1"],"limit":4"#, vec![7, 8, 9, 10], false),
        (r#","since":10"#, vec![], false),
        (r#","since":25"#, vec![], false),
        (r#","limit":3"#, vec![1, 2, 3], true),
        (r#","reverse":true,"limit":3"#, vec![10, 9, 8], true),
        (r#","reverse":true,"limit":3,"since":8"#, vec![7, 6, 5], true),
        (r#","reverse":true,"limit":3,"since":4"#, vec![3, 2, 1], false),
        (r#","reverse":true,"limit":3,"since":3"#, vec![2, 1], false),
        (r#","reverse":true,"since":1"#, vec![], false),
        (r#","reverse":true,"limit":0"#, vec![10], true),
    ] {
        assert_eq!(page(&ask(&client, rest).await), (seqs, more), "{rest}");
    }
    world.journal.keep_from(&a, 5);
    let reply = ask(&client, r#","reverse":true,"limit":4,"since":7"#).await;
    assert_eq!(page(&reply), (vec![6, 5], false));
    // Without a position the page begins with what there is.
    assert_eq!(page(&ask(&client, r#","limit":2"#).await), (vec![5, 6], true));
    let error = ask(&client, r#","since":2"#).await;
    assert_eq!((&error["code"], &error["status"]), (&"position_unrecoverable".into(), &410.into()));
    assert_eq!(error["details"]["first_kept"], 5);
    assert_eq!(page(&ask(&client, r#","since":4,"limit":1"#).await), (vec![5], true));
    let error = ask(&client, r#","since":[6,"db0"]"#).await;
    assert_eq!(error["code"], "position_unrecoverable");
}

#[tokio::test]
async fn only_of_a_joined_topic() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit(&a, 1);
    let client = world.anonymous();
    assert_eq!(ask(&client, r#","since":0"#).await["code"], "forbidden");
    let client = world.follower(&a).await;
    assert_eq!(page(&ask(&client, r#","since":0"#).await).0, [1]);
    client.send(super::world::unsubscribe(&a));
    client.expect("unsubscribed").await;
    assert_eq!(ask(&client, r#","since":0"#).await["code"], "forbidden");
}

#[tokio::test]
async fn a_journal_that_is_away_is_said() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    world.journal.fail_replays(1);
    let error = ask(&client, "").await;
    assert_eq!((&error["code"], &error["retry"]), (&"unavailable".into(), &true.into()));
}
