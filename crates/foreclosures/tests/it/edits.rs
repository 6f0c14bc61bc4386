//! The list edited while sockets are open.

use serde_json::json;

use super::world::{World, auctions, unwatch, view, watch};

stories!(edits_take_effect_at_once, a_property_that_is_removed);

/// F9.
async fn edits_take_effect_at_once(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    let (mut one, _) = auctions(&ann).await;
    let (mut two, _) = auctions(&ann).await;
    for round in 0..3_i64 {
        let entry = watch(&ann, property).await;
        let bid = if round == 0 { "250000.00".to_owned() } else { format!("0.0{round}") };
        let auction = view(property, "1 A St", &bid);
        let wanted =
            format!(r#"{{"type":"subscribed","propertyId":"{property}","auction":{auction}}}"#);
        for socket in [&mut one, &mut two] {
            assert_eq!(socket.next().await.text, wanted);
        }
        world.bid(property, round + 1).await;
        for socket in [&mut one, &mut two] {
            let update = socket.next().await;
            assert_eq!((update.kind(), &update["seq"]), ("auction_update", &json!(round + 1)));
        }
        unwatch(&ann, &entry).await;
        let wanted = format!(r#"{{"type":"unsubscribed","propertyId":"{property}"}}"#);
        for socket in [&mut one, &mut two] {
            assert_eq!(socket.next().await.text, wanted);
        }
    }
    world.bid(property, 9).await;
    for socket in [&mut one, &mut two] {
        assert!(socket.so_far().await.is_empty());
    }
}

/// F4.
async fn a_property_that_is_removed(world: World) {
    let (gone, left) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    let entry = watch(&ann, gone).await;
    watch(&ann, left).await;
    let (mut socket, _) = auctions(&ann).await;
    world.remove(gone).await;
    assert_eq!(socket.next().await["update"], json!({"removed": true}));
    let (_, first) = auctions(&ann).await;
    assert_eq!(first["auctions"].as_array().unwrap().len(), 1);
    assert_eq!(first["auctions"][0]["propertyId"], left.to_string());
    socket.send(json!({"type": "subscribe", "propertyId": gone})).await;
    // F10: what was followed has ended with the attempt.
    let ended = socket.next().await;
    assert_eq!((ended.kind(), &ended["code"]), ("unsubscribed", &json!("not_found")));
    assert_eq!(socket.next().await["code"], "not_found");
    unwatch(&ann, &entry).await;
    assert!(socket.so_far().await.is_empty());
}
