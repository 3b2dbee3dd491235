//! What has to be done before what. In: for each piece of work what it reads and writes. Out: an order, or the cycle.

use std::collections::BTreeMap;

/// A piece of work: it reads and writes things by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Work<N> {
    pub(crate) reads: Vec<N>,
    pub(crate) writes: Vec<N>,
}

/// Which piece of work comes before which, by index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Graph {
    /// For each piece the pieces that must be done before it, ascending.
    pub(crate) before: Vec<Vec<usize>>,
    /// For each piece the pieces that wait for it, ascending.
    pub(crate) after: Vec<Vec<usize>>,
    /// An order in which each piece comes after all it waits for; of several the one nearest to the given order.
    pub(crate) order: Vec<usize>,
}

/// Pieces of work that wait for each other: each reads what the one after it writes, the last one what the first writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cycle(pub(crate) Vec<usize>);

impl Graph {
    /// Orders the work: whatever reads a thing comes after all that write it.
    pub(crate) fn new<N: Ord>(work: &[Work<N>]) -> Result<Self, Cycle> {
        let mut writers: BTreeMap<&N, Vec<usize>> = BTreeMap::new();
        for (index, piece) in work.iter().enumerate() {
            for name in &piece.writes {
                writers.entry(name).or_default().push(index);
            }
        }
        let mut before: Vec<Vec<usize>> = work
            .iter()
            .map(|piece| {
                piece
                    .reads
                    .iter()
                    .filter_map(|name| writers.get(name))
                    .flatten()
                    .copied()
                    .collect()
            })
            .collect();
        let mut after = vec![Vec::new(); work.len()];
        for (index, earlier) in before.iter_mut().enumerate() {
            earlier.sort_unstable();
            earlier.dedup();
            for &piece in earlier.iter() {
                after[piece].push(index);
            }
        }
        let mut graph = Self {
            before,
            after,
            order: Vec::with_capacity(work.len()),
        };
        let mut waiting: Vec<usize> = graph.before.iter().map(Vec::len).collect();
        let mut ready: std::collections::BTreeSet<usize> = (0..work.len())
            .filter(|index| waiting[*index] == 0)
            .collect();
        while let Some(index) = ready.pop_first() {
            graph.order.push(index);
            for &later in &graph.after[index] {
                waiting[later] -= 1;
                if waiting[later] == 0 {
                    ready.insert(later);
                }
            }
        }
        if graph.order.len() == work.len() {
            Ok(graph)
        } else {
            Err(graph.cycle(&waiting))
        }
    }

    /// The pieces that `from` needs, directly or not, and the pieces that need it; without itself.
    pub(crate) fn reach(&self, from: usize, direction: Direction) -> Vec<usize> {
        let edges = match direction {
            Direction::Before => &self.before,
            Direction::After => &self.after,
        };
        let mut seen = vec![false; edges.len()];
        let mut stack = edges[from].clone();
        while let Some(index) = stack.pop() {
            if !std::mem::replace(&mut seen[index], true) {
                stack.extend(&edges[index]);
            }
        }
        (0..seen.len()).filter(|index| seen[*index]).collect()
    }

    /// A cycle among the pieces that still wait for something.
    fn cycle(&self, waiting: &[usize]) -> Cycle {
        let is_stuck = |index: &usize| waiting[*index] > 0;
        let Some(start) = (0..waiting.len()).find(is_stuck) else {
            return Cycle(Vec::new());
        };
        // Whatever is stuck waits for something that is stuck: going that way must come round.
        let mut path = vec![start];
        loop {
            let last = path[path.len() - 1];
            let Some(next) = self.before[last].iter().copied().find(is_stuck) else {
                return Cycle(path);
            };
            if let Some(at) = path.iter().position(|index| *index == next) {
                return Cycle(path.split_off(at));
            }
            path.push(next);
        }
    }
}

/// Which way along the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To what is needed.
    Before,
    /// To what needs it.
    After,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn work(pieces: &[(&str, &str)]) -> Vec<Work<char>> {
        let letters = |text: &str| text.chars().collect();
        pieces
            .iter()
            .map(|(reads, writes)| Work {
                reads: letters(reads),
                writes: letters(writes),
            })
            .collect()
    }

    #[test]
    fn readers_come_after_every_writer_and_otherwise_in_the_given_order() {
        // 0 reads what 2 and 3 write; 1 is independent.
        let graph = Graph::new(&work(&[
            ("x", "a"),
            ("", "b"),
            ("", "x"),
            ("y", "x"),
            ("a", "c"),
        ]))
        .unwrap();
        assert_eq!(graph.order, [1, 2, 3, 0, 4]);
        assert_eq!(graph.before[0], [2, 3]);
        assert_eq!(graph.reach(2, Direction::After), [0, 4]);
        assert_eq!(graph.reach(4, Direction::Before), [0, 2, 3]);
    }

    #[test]
    fn a_cycle_is_named_and_only_the_cycle() {
        // d reads a; a reads c, c reads b, b reads a.
        let found = Graph::new(&work(&[("a", "d"), ("c", "a"), ("a", "b"), ("b", "c")]));
        assert_eq!(found, Err(Cycle(vec![1, 3, 2])));
        assert_eq!(Graph::new(&work(&[("a", "a")])), Err(Cycle(vec![0])));
    }

    proptest! {
        #[test]
        fn every_order_is_an_order(edges in prop::collection::vec((0usize..12, 0usize..12), 0..30)) {
            let mut pieces: Vec<Work<usize>> = (0..12).map(|index| Work { reads: vec![], writes: vec![index] }).collect();
            for (left, right) in &edges {
                if left != right {
                    pieces[*left.max(right)].reads.push(*left.min(right));
                }
            }
            let graph = Graph::new(&pieces).unwrap();
            let at = |piece: usize| graph.order.iter().position(|index| *index == piece).unwrap();
            for (index, piece) in pieces.iter().enumerate() {
                for read in &piece.reads {
                    prop_assert!(at(*read) < at(index));
                }
            }
        }
    }
}
