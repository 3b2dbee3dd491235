//! Numbers as people read them. In: counts, sizes and times. Out: short text with units.

use std::time::Duration;

/// `1,234,567`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 file`, `2,000 files`: an English noun that takes an s.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        count(number),
        if number == 1 { "" } else { "s" }
    )
}

/// `512 B`, `1.5 MB`: powers of 1000.
pub(crate) fn bytes(number: u64) -> String {
    let mut scaled = number as f64;
    let mut unit = "B";
    for larger in ["kB", "MB", "GB", "TB"] {
        // Where one digit after the point would already show 1000.0.
        if scaled < 999.95 {
            break;
        }
        scaled /= 1000.0;
        unit = larger;
    }
    if unit == "B" {
        format!("{number} B")
    } else {
        format!("{scaled:.1} {unit}")
    }
}

/// `3 ms`, `1.25 s`, `2 min 5 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{} ms", time.as_millis()),
        1..10 => format!("{:.2} s", time.as_secs_f64()),
        10..60 => format!("{:.1} s", time.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// `12 s ago`, `3 h ago`, from microseconds; `just now` for less than a second and for clocks that disagree.
pub(crate) fn ago(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    match seconds {
        ..1 => "just now".to_owned(),
        1..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// A count that a person may write as `5000000`, `5_000_000`, `5M` or `500k`.
pub(crate) fn parse_count(text: &str) -> Result<u64, String> {
    let (digits, factor) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => text
            .strip_suffix('M')
            .map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    let digits: String = digits
        .chars()
        .filter(|character| *character != '_')
        .collect();
    let parsed = digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor));
    parsed.ok_or_else(|| "expected a count, such as 20000, 500k or 5M".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(0, "row"), "0 rows");
    }

    #[test]
    fn sizes_and_times_take_the_unit_that_fits() {
        assert_eq!(
            [0, 999, 1000, 999_949, 999_950, 2_500_000_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "2.5 GB"]
        );
        let times = [0.0031, 1.254, 12.34, 125.0, 7260.0];
        assert_eq!(
            times.map(|seconds| duration(Duration::from_secs_f64(seconds))),
            ["3 ms", "1.25 s", "12.3 s", "2 min 5 s", "2 h 1 min"]
        );
    }

    #[test]
    fn the_past_is_told_in_one_unit() {
        let seconds = [-5, 0, 59, 60, 3_599, 7_200, 172_800];
        assert_eq!(
            seconds.map(|seconds| ago(seconds * 1_000_000)),
            [
                "just now",
                "just now",
                "59 s ago",
                "1 min ago",
                "59 min ago",
                "2 h ago",
                "2 days ago"
            ]
        );
    }

    #[test]
    fn counts_may_be_written_short() {
        assert_eq!(parse_count("5M"), Ok(5_000_000));
        assert_eq!(parse_count("1_500k"), Ok(1_500_000));
        assert_eq!(parse_count("7"), Ok(7));
        for wrong in [
            "",
            "k",
            "-1",
            "1.5M",
            "5G",
            "99999999999999999999",
            "99999999999999999M",
        ] {
            assert!(parse_count(wrong).is_err(), "{wrong}");
        }
    }
}
