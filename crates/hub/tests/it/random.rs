//! Random interleavings of everything that can happen to a topic and to those who follow it.

use std::time::Duration;

use domain::Topic;
use hub::{HubConfig, MemoryBroker, Outbound, StreamFrame};
use proptest::prelude::*;

use super::{
    journal::Journal,
    probe::{Client, settle},
    world::{World, subscribe, topic, unsubscribe},
};

#[derive(Debug, Clone)]
enum Step {
    /// Commits events; they are on their way to both nodes.
    Commit(usize, usize),
    /// One frame on its way arrives, whichever.
    Arrive(usize),
    /// One arrives and is on its way still.
    Repeat(usize),
    /// One gets lost.
    Lose(usize),
    /// A client joins a topic anew, forgetting what it knows.
    Subscribe(usize, usize),
    /// A client goes on from what it knows.
    Resume(usize, usize),
    Unsubscribe(usize, usize),
    /// The connection breaks; the next one, on the other node, resumes everything by one frame.
    Reconnect(usize),
    /// The client stops reading, or reads again.
    Stall(usize),
    /// Opens wait, one step of one of them is done, or none waits any more.
    Gate,
    Open,
    Ungate,
    /// Time passes, in milliseconds.
    Pass(u64),
    /// Events become too old.
    Expire(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..CLIENTS;
    let what = 0..TOPICS;
    prop_oneof![
        6 => (what.clone(), 1..4_usize).prop_map(|(topic, n)| Step::Commit(topic, n)),
        12 => any::<usize>().prop_map(Step::Arrive),
        2 => any::<usize>().prop_map(Step::Repeat),
        2 => any::<usize>().prop_map(Step::Lose),
        3 => (who.clone(), what.clone()).prop_map(|(who, topic)| Step::Subscribe(who, topic)),
        3 => (who.clone(), what.clone()).prop_map(|(who, topic)| Step::Resume(who, topic)),
        2 => (who.clone(), what.clone()).prop_map(|(who, topic)| Step::Unsubscribe(who, topic)),
        2 => who.clone().prop_map(Step::Reconnect),
        2 => who.prop_map(Step::Stall),
        1 => Just(Step::Gate),
        5 => Just(Step::Open),
        1 => Just(Step::Ungate),
        3 => (1..30_u64).prop_map(Step::Pass),
        1 => what.prop_map(Step::Expire),
    ]
}

const CLIENTS: usize = 3;
const TOPICS: usize = 2;

/// What a client knows of one topic: all events up to `seq`, and whether it is joined.
#[derive(Default, Clone, Copy)]
struct View {
    seq: Option<u64>,
    joined: bool,
    /// Subscriptions that are not answered yet. Until they are, frames of the one before come.
    asked: usize,
}

struct Person {
    client: Client,
    node: usize,
    views: [View; TOPICS],
    stalled: bool,
}

struct Play {
    nodes: [World; 2],
    journal: Journal,
    topics: [Topic; TOPICS],
    people: Vec<Person>,
    /// Frames on their way, and to which node.
    flying: Vec<(usize, StreamFrame)>,
    resyncs: usize,
}

impl Play {
    fn new() -> Self {
        let journal = Journal::new();
        // Small enough that a stalled client lags soon and that holding overflows.
        let config = HubConfig {
            soft_queue_bytes: 300,
            hard_queue_bytes: 700,
            max_held_frames: 5,
            ..HubConfig::default()
        };
        let node = || World::on(journal.clone(), MemoryBroker::new(), config.clone());
        let nodes = [node(), node()];
        let person = |i: usize| Person {
            client: nodes[i % 2].anonymous(),
            node: i % 2,
            views: [View::default(); TOPICS],
            stalled: false,
        };
        let people = (0..CLIENTS).map(person).collect();
        let topics = [topic("property:a"), topic("property:b")];
        Self { nodes, journal, topics, people, flying: Vec::new(), resyncs: 0 }
    }

    fn arrive(&mut self, which: usize, keep: bool) {
        if !self.flying.is_empty() {
            let i = which % self.flying.len();
            let (node, frame) = self.flying[i].clone();
            if !keep {
                self.flying.swap_remove(i);
            }
            // A frame comes from a commit here or from the other node's journal tail.
            self.nodes[node].hub.deliver_remote(vec![frame]);
        }
    }

    async fn act(&mut self, step: Step) {
        match step {
            Step::Commit(which, count) => {
                for frame in self.journal.commit_sized(&self.topics[which], count, 60) {
                    self.flying.push((0, frame.clone()));
                    self.flying.push((1, frame));
                }
            }
            Step::Arrive(which) => self.arrive(which, false),
            Step::Repeat(which) => self.arrive(which, true),
            Step::Lose(which) if !self.flying.is_empty() => {
                let i = which % self.flying.len();
                self.flying.swap_remove(i);
            }
            Step::Lose(_) => {}
            Step::Subscribe(who, which) => self.subscribe(who, which, false).await,
            Step::Resume(who, which) => self.subscribe(who, which, true).await,
            Step::Unsubscribe(who, which) => {
                self.people[who].client.send(unsubscribe(&self.topics[which]));
            }
            Step::Reconnect(who) => self.reconnect(who).await,
            Step::Stall(who) => {
                let person = &mut self.people[who];
                person.stalled = !person.stalled;
                if person.stalled { person.client.stall() } else { person.client.unstall() }
            }
            Step::Gate => self.journal.gate(),
            Step::Open => drop(self.journal.step()),
            Step::Ungate => self.journal.ungate(),
            Step::Pass(millis) => {
                for node in &self.nodes {
                    node.advance(Duration::from_millis(millis)).await;
                }
            }
            Step::Expire(which) => {
                let topic = &self.topics[which];
                self.journal.keep_from(topic, self.journal.head(topic).saturating_sub(3).max(1));
            }
        }
        self.read_all().await;
    }

    async fn subscribe(&mut self, who: usize, which: usize, resume: bool) {
        self.read(who).await;
        let person = &mut self.people[who];
        // With an answer outstanding the client does not yet know where it stands.
        if person.views[which].asked == 0 {
            let since = person.views[which].seq.filter(|_| resume);
            person.client.send(subscribe(&self.topics[which], since));
            person.views[which].asked += 1;
        }
    }

    async fn reconnect(&mut self, who: usize) {
        self.read(who).await;
        let person = &mut self.people[who];
        person.client.cut();
        person.node = 1 - person.node;
        person.client = self.nodes[person.node].anonymous();
        person.stalled = false;
        let mut resume = serde_json::Map::new();
        for (view, topic) in person.views.iter_mut().zip(&self.topics) {
            let wanted = view.joined || view.asked > 0;
            *view = View { asked: usize::from(wanted), joined: false, ..*view };
            if wanted {
                let since = view.seq.map(|seq| serde_json::json!([seq, "db1"]));
                resume.insert(topic.to_string(), since.into());
            }
        }
        let frame = serde_json::json!({ "type": "connect", "resume": resume });
        person.client.send(frame.to_string());
    }

    async fn read_all(&mut self) {
        for who in 0..CLIENTS {
            self.read(who).await;
        }
    }

    /// Lets a client take what has come and checks every frame against what it knew.
    async fn read(&mut self, who: usize) {
        settle().await;
        for message in self.people[who].client.rest().await {
            let Outbound::Text(text) = message else { panic!("{message:?}") };
            let frame: serde_json::Value = serde_json::from_str(text.as_str()).unwrap();
            if frame["type"] == "ack" {
                continue;
            }
            let ch = frame["ch"].as_str().unwrap();
            let which = self.topics.iter().position(|topic| topic.as_str() == ch).unwrap();
            let view = &mut self.people[who].views[which];
            self.resyncs += usize::from(frame["type"] == "resync");
            take(view, &frame);
        }
    }

    /// Everything arrives or is found missing, and everybody reads.
    async fn end(&mut self) {
        self.journal.ungate();
        for person in &mut self.people {
            person.client.unstall();
        }
        for _ in 0..3 {
            self.read_all().await;
            for node in &self.nodes {
                node.hub.check_heads(self.journal.heads());
                node.advance(Duration::from_millis(1500)).await;
            }
        }
        self.read_all().await;
        for person in &self.people {
            for (view, topic) in person.views.iter().zip(&self.topics) {
                assert_eq!(view.asked, 0, "a subscription was never answered");
                if view.joined {
                    assert_eq!(view.seq, Some(self.journal.head(topic)), "{topic} is behind");
                }
            }
        }
        let people = std::mem::take(&mut self.people);
        let (mut on_one, mut on_two) = (Vec::new(), Vec::new());
        for person in people {
            if person.node == 0 { on_one.push(person.client) } else { on_two.push(person.client) }
        }
        self.nodes[0].expect_empty(on_one).await;
        self.nodes[1].expect_empty(on_two).await;
    }
}

/// Applies a frame to what a client knows; fails when an event is skipped, comes twice or comes
/// unasked.
fn take(view: &mut View, frame: &serde_json::Value) {
    let number = |name: &str| frame[name].as_u64().unwrap();
    match frame["type"].as_str().unwrap() {
        "subscribed" => {
            assert!(view.asked > 0, "nobody asked: {frame}");
            view.asked -= 1;
            view.joined = true;
            if frame["recovered"] == true {
                let mut known = view.seq.expect("a position was given");
                // The position was told before the last frames of the old subscription came.
                for event in frame["events"].as_array().into_iter().flatten() {
                    let seq = event["seq"].as_u64().unwrap();
                    assert!(seq <= known + 1, "a replay skips: {frame}");
                    known = known.max(seq);
                }
                assert!(number("seq") <= known, "a replay ends early: {frame}");
            } else {
                assert_eq!(frame["snapshot"]["count"], frame["seq"]);
            }
            view.seq = Some(number("seq"));
        }
        "unsubscribed" => view.joined = false,
        "event" => {
            assert!(view.joined, "unasked: {frame}");
            assert_eq!(Some(number("seq") - 1), view.seq, "out of order: {frame}");
            assert_eq!(number("n"), number("seq"));
            view.seq = Some(number("seq"));
        }
        "resync" => {
            assert!(view.joined, "unasked: {frame}");
            assert_eq!(Some(number("from") - 1), view.seq, "a wrong range: {frame}");
            assert!(number("to") >= number("from"));
            view.seq = Some(number("to"));
        }
        other => panic!("{other}: {frame}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Every subscriber's view is the journal from its position on: in order, without a hole that
    /// was not announced, nothing twice, and complete in the end.
    #[test]
    fn every_view_is_the_journal(steps in prop::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut play = Play::new();
            for step in steps {
                play.act(step).await;
            }
            play.end().await;
        });
    }
}
