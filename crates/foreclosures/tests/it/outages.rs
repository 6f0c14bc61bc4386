//! F10: what cannot be followed any more does not end silently.

use serde_json::json;

use super::world::{World, auctions, watch};

stories!(a_list_that_cannot_be_read, a_property_that_cannot_be_read, a_name_that_cannot_be_read);

async fn a_list_that_cannot_be_read(world: World) {
    let (one, two) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    watch(&ann, one).await;
    world.fail_after(0);
    assert_eq!(ann.socket("/ws/auctions/").await.closed().await, Some(4100));
    // The edit itself reads the property well; the socket that is to follow it does not.
    let (mut socket, _) = auctions(&ann).await;
    world.fail_after(1);
    watch(&ann, two).await;
    assert_eq!(socket.closed().await, Some(4203));
    let (_, first) = auctions(&ann).await;
    assert_eq!(first["auctions"].as_array().unwrap().len(), 2);
}

async fn a_property_that_cannot_be_read(world: World) {
    let (listed, other) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    watch(&ann, listed).await;
    let (mut socket, _) = auctions(&ann).await;
    world.fail_after(0);
    socket.send(json!({"type": "subscribe", "id": 1, "propertyId": other})).await;
    let refused = socket.next().await;
    assert_eq!((&refused["code"], &refused["retry"]), (&json!("unavailable"), &json!(true)));
    assert_eq!(refused["propertyId"], other.to_string());
    // It was followed, and is no longer.
    world.fail_after(0);
    socket.send(json!({"type": "subscribe", "id": 2, "propertyId": listed})).await;
    let ended = socket.next().await;
    assert_eq!((ended.kind(), &ended["code"]), ("unsubscribed", &json!("unavailable")));
    assert_eq!(ended["propertyId"], listed.to_string());
    assert_eq!(socket.next().await["id"], 2);
    world.bid(listed, 5).await;
    assert!(socket.so_far().await.is_empty());
    socket.send(json!({"type": "subscribe", "id": 3, "propertyId": listed})).await;
    assert_eq!(socket.next().await["auction"]["openingBid"], 0.05);
}

async fn a_name_that_cannot_be_read(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    watch(&ann, property).await;
    let mut socket = ann.socket("/ws").await;
    // One's own stream.
    socket.expect("subscribed").await;
    let topic = format!("property:{property}");
    for kept in [json!({"type": "subscribe", "ch": topic}), json!({"type": "ping"})] {
        socket.send(kept).await;
    }
    socket.expect("subscribed").await;
    world.fail_after(0);
    socket.send(json!({"type": "subscribe", "id": 1, "ch": "watchlist"})).await;
    let ended = socket.expect("unsubscribed").await;
    assert_eq!((&ended["ch"], &ended["code"]), (&json!(topic), &json!("unavailable")));
    assert_eq!(socket.expect("error").await["id"], 1);
    socket.send(json!({"type": "subscribe", "id": 2, "ch": "watchlist"})).await;
    assert_eq!(socket.expect("subscribed").await["id"], 2);
    world.bid(property, 5).await;
    assert_eq!(socket.expect("auction_update").await["ch"], topic);
}
