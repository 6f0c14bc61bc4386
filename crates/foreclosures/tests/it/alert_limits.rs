//! How many alerts there may be, also for two who ask at once.

use foreclosures::model::{MAX_ACTIVE_ALERTS, MAX_ALERTS_PER_USER};
use futures_util::future::join_all;
use serde_json::json;
use store::{Tx, args};
use testkit::{Actor, Answer};
use uuid::Uuid;

use super::{
    land,
    world::{World, alert},
};

const LIST: &str = "/api/v1/alerts";

stories!(
    a_users_last_alert_goes_to_one,
    the_installations_last_alert_goes_to_one,
    a_place_is_given_back,
);

fn created(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 201).count()
}

async fn a_users_last_alert_goes_to_one(world: World) {
    let ann = world.app.user(&[]);
    for _ in 1..MAX_ALERTS_PER_USER {
        alert(&ann, json!({"states": ["FL"], "is_active": false})).await;
    }
    let answers = join_all((0..6).map(|_| ann.post(LIST, json!({"states": ["GA"]})))).await;
    assert_eq!(created(&answers), 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        let problem = answer.expect_problem(409, "alert_limit");
        assert_eq!(problem.json["details"]["limit"], MAX_ALERTS_PER_USER, "{}", problem.text);
    }
    assert_eq!(active(&world).await, 1);
    // Others have their own.
    alert(&world.app.user(&[]), json!({})).await;
    world.app.settle().await;
}

async fn set_active(world: &World, count: i64) {
    let set = async move |tx: &Tx| {
        tx.exec(&land::COUNT_ALL, &args![Uuid::nil(), count]).await?;
        Ok(())
    };
    world.write(set).await;
}

async fn active(world: &World) -> i64 {
    let store = world.app.ctx().store();
    let (count,): (i64,) = store.one(&land::ALERTS_OF, &args![Uuid::nil()]).await.expect("a row");
    count
}

async fn the_installations_last_alert_goes_to_one(world: World) {
    set_active(&world, MAX_ACTIVE_ALERTS - 1).await;
    let users: Vec<Actor> = (0..6).map(|_| world.app.user(&[])).collect();
    let answers = join_all(users.iter().map(|user| user.post(LIST, json!({})))).await;
    assert_eq!(created(&answers), 1);
    for (user, answer) in users.iter().zip(answers).filter(|(_, answer)| answer.status != 201) {
        answer.expect_problem(409, "alerts_full");
        assert_eq!(user.get(LIST).await.expect(200).json["items"], json!([]));
        // One that is off needs no place, and cannot be switched on.
        let path = alert(user, json!({"is_active": false})).await;
        let on = user.patch(&path, json!({"is_active": true})).await;
        on.expect_problem(409, "alerts_full");
    }
    assert_eq!(active(&world).await, MAX_ACTIVE_ALERTS);
    world.app.settle().await;
}

async fn a_place_is_given_back(world: World) {
    let ann = world.app.user(&[]);
    let (one, two) = (alert(&ann, json!({})).await, alert(&ann, json!({})).await);
    assert_eq!(active(&world).await, 2);
    for _ in 0..2 {
        ann.patch(&one, json!({"is_active": false})).await.expect(200);
        assert_eq!(active(&world).await, 1);
    }
    ann.patch(&one, json!({"is_active": true})).await.expect(200);
    ann.patch(&one, json!({"name": "x"})).await.expect(200);
    assert_eq!(active(&world).await, 2);
    ann.patch(&one, json!({"is_active": false})).await.expect(200);
    ann.delete(&one).await.expect(204);
    assert_eq!(active(&world).await, 1);
    ann.delete(&two).await.expect(204);
    ann.delete(&two).await.expect_problem(404, "not_found");
    assert_eq!(active(&world).await, 0);
    let store = world.app.ctx().store();
    let (own,): (i64,) = store.one(&land::ALERTS_OF, &args![ann.id()]).await.expect("a row");
    assert_eq!(own, 0);
    world.app.settle().await;
}
