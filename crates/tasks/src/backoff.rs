//! How long a failed task waits.

use std::time::Duration;

use domain::Id;

/// After the first failure, the second, … and the last for every one beyond.
const PAUSES_SECONDS: [u64; 6] = [5, 30, 120, 600, 3_600, 21_600];
/// What another side may ask for is kept within these bounds.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(21_600);

/// The pause after attempt number `attempt`, counted from 1: up to a fifth shorter or longer,
/// depending on the task and the attempt alone, so that tasks which failed together do not come
/// back together. A pause that was asked for is kept as it is, within bounds.
pub(crate) fn pause(id: Id, attempt: u32, asked: Option<Duration>) -> Duration {
    if let Some(asked) = asked {
        return asked.clamp(SHORTEST, LONGEST);
    }
    let step = attempt.saturating_sub(1) as usize;
    let seconds = PAUSES_SECONDS[step.min(PAUSES_SECONDS.len() - 1)];
    // 800 ‰ to 1200 ‰ of the step, in milliseconds.
    let permille = 800 + scatter(id, attempt) % 401;
    Duration::from_millis(seconds * permille)
}

/// A number that looks random and is the same every time: the mixer of SplitMix64 over the id's
/// random half and the attempt.
fn scatter(id: Id, attempt: u32) -> u64 {
    let (_, low) = id.as_uuid().as_u64_pair();
    let mut mixed = low ^ u64::from(attempt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;
    use crate::ids::new_id;

    #[test]
    fn pauses_grow_and_are_scattered_by_a_fifth() {
        let ids: Vec<Id> = (0..500).map(|n| new_id(Timestamp::from_millis(n))).collect();
        for (attempt, seconds) in (1..).zip([5, 30, 120, 600, 3_600, 21_600, 21_600]) {
            let pauses: Vec<Duration> = ids.iter().map(|id| pause(*id, attempt, None)).collect();
            let (least, most) = (pauses.iter().min().unwrap(), pauses.iter().max().unwrap());
            assert!(*least >= Duration::from_millis(seconds * 800), "{least:?}");
            assert!(*most <= Duration::from_millis(seconds * 1200), "{most:?}");
            assert!(
                *most - *least > Duration::from_millis(seconds * 300),
                "{least:?} to {most:?} is too narrow"
            );
        }
        assert_eq!(pause(ids[0], 3, None), pause(ids[0], 3, None));
    }

    #[test]
    fn what_is_asked_for_is_bounded() {
        let id = new_id(Timestamp::from_millis(0));
        let seconds = Duration::from_secs;
        for (asked, kept) in [(0, 1), (17, 17), (90_000, 21_600)] {
            assert_eq!(pause(id, 1, Some(seconds(asked))), seconds(kept));
        }
    }
}
