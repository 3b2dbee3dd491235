//! Prints a plan for a person.

use super::{ChangeAction, RunPlan};
use std::fmt;

impl fmt::Display for RunPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kept = 0;
        for change in &self.changes {
            if change.action == ChangeAction::Keep {
                kept += 1;
                continue;
            }
            let (mark, kind, name) = (change.action.mark(), change.kind.noun(), &change.name);
            writeln!(f, "{mark} {kind} {name}")?;
            for difference in &change.differences {
                writeln!(f, "    {difference}")?;
            }
            for lost in &change.lost {
                writeln!(f, "    loses {lost}")?;
            }
        }
        if kept > 0 {
            writeln!(f, "  {kept} declared as they are")?;
        }
        for load in self.loads.iter().filter(|load| load.selected) {
            writeln!(f, "> load {} {}", load.kind.noun(), load.name)?;
        }
        for model in &self.models {
            let mark = if model.rebuild { '>' } else { ' ' };
            let verb = if model.rebuild { "build" } else { "keep" };
            writeln!(f, "{mark} {verb} {}: {}", model.name, model.why)?;
        }
        Ok(())
    }
}
