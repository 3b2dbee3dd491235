//! What the files of an unload are called. In: the statement's path, its query id and a partition. Out: a path in the
//! bucket.

use snowmelt_sql::object::Compression;
use snowmelt_sql::plan::UnloadPlan;

/// The names of one statement's files.
pub(super) struct Names {
    single: bool,
    include_query_id: bool,
    /// With its dot: `.csv.gz`.
    ending: String,
}

impl Names {
    /// Of CSV and JSON files; `extension` is FILE_EXTENSION.
    pub(super) fn text(
        plan: &UnloadPlan,
        kind: &str,
        extension: Option<&str>,
        compression: Compression,
    ) -> Self {
        let ending = match extension {
            Some(own) => format!(".{}", own.trim_start_matches('.')),
            None => format!(".{kind}{}", packed_ending(compression)),
        };
        Self::new(plan, ending)
    }

    /// Of Parquet files.
    pub(super) fn parquet(plan: &UnloadPlan, compression: Compression) -> Self {
        let ending = match compression {
            Compression::None => ".parquet",
            _ => ".snappy.parquet",
        };
        Self::new(plan, ending.to_owned())
    }

    fn new(plan: &UnloadPlan, ending: String) -> Self {
        Self {
            single: plan.single,
            include_query_id: plan.include_query_id,
            ending,
        }
    }

    /// The folder that names are told relative to.
    pub(super) fn folder(&self, prefix: &str) -> String {
        if self.include_query_id && !prefix.is_empty() && !prefix.ends_with('/') {
            return format!("{prefix}/");
        }
        match prefix.rfind('/') {
            Some(slash) => prefix[..=slash].to_owned(),
            None => String::new(),
        }
    }

    /// The path of the file that is number `index` of the statement. `prefix` is the statement's own path.
    pub(super) fn target(
        &self,
        prefix: &str,
        query_id: &str,
        partition: &Option<Option<String>>,
        index: usize,
    ) -> String {
        let folder = self.folder(prefix);
        let ending = &self.ending;
        if self.include_query_id {
            // With a query id the path is a folder, and every name begins alike.
            let partition = match partition {
                None => String::new(),
                Some(None) => "_NULL_/".to_owned(),
                Some(Some(value)) => format!("{}/", value.trim_matches('/')),
            };
            return format!("{folder}{partition}data_{query_id}_0_{index}_0{ending}");
        }
        let name = match &prefix[folder.len()..] {
            "" => "data",
            name => name,
        };
        match self.single {
            true => format!("{folder}{name}"),
            false => format!("{folder}{}_0_{index}_0{ending}", name.trim_end_matches('_')),
        }
    }
}

fn packed_ending(compression: Compression) -> &'static str {
    match compression {
        Compression::Auto | Compression::Gzip => ".gz",
        Compression::Bz2 => ".bz2",
        Compression::Brotli => ".br",
        Compression::Zstd => ".zst",
        Compression::Deflate => ".deflate",
        Compression::RawDeflate => ".raw_deflate",
        Compression::None | Compression::Snappy | Compression::Lzo => "",
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_follow_the_path() {
        let names = |single, include_query_id| Names {
            single,
            include_query_id,
            ending: ".csv.gz".to_owned(),
        };
        let plain = names(false, false);
        assert_eq!(plain.target("", "q", &None, 0), "data_0_0_0.csv.gz");
        assert_eq!(
            plain.target("unload/", "q", &None, 1),
            "unload/data_0_1_0.csv.gz"
        );
        assert_eq!(
            plain.target("r/data_", "q", &None, 0),
            "r/data_0_0_0.csv.gz"
        );
        assert_eq!(
            plain.target("r/x.csv", "q", &None, 0),
            "r/x.csv_0_0_0.csv.gz"
        );
        let single = names(true, false);
        assert_eq!(single.target("r/", "q", &None, 0), "r/data");
        assert_eq!(single.target("r/x.csv", "q", &None, 0), "r/x.csv");
        let by_id = names(false, true);
        assert_eq!(by_id.target("r", "q", &None, 0), "r/data_q_0_0_0.csv.gz");
        let day = Some(Some("day=1/h=2".to_owned()));
        assert_eq!(
            by_id.target("r/", "q", &day, 3),
            "r/day=1/h=2/data_q_0_3_0.csv.gz"
        );
        assert_eq!(
            by_id.target("", "q", &Some(None), 0),
            "_NULL_/data_q_0_0_0.csv.gz"
        );
    }
}
