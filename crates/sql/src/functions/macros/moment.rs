//! Dates, times and timestamps: to and from text by the session's formats, and TIMESTAMP_TZ, which DuckDB does not have.
//!
//! The session gives its formats to DuckDB as variables (`snowmelt_date_input` and so on); one that is not set is NULL.

/// Name, parameters, body.
pub(super) const MACROS: &[(&str, &str, &str)] = &[
    // TIMESTAMP_TZ is a HUGEINT: microseconds of UTC × 4096 + offset in minutes + 2048.
    (
        "tz_of",
        "micros, minutes",
        "(CAST(micros AS HUGEINT) * 4096 + (minutes + 2048))",
    ),
    (
        "tz_offset",
        "v",
        "CAST((v % 4096 + 4096) % 4096 - 2048 AS BIGINT)",
    ),
    (
        "tz_micros",
        "v",
        "CAST((v - (v % 4096 + 4096) % 4096) // 4096 AS BIGINT)",
    ),
    (
        "tz_wall",
        "v",
        "make_timestamp(snowmelt.tz_micros(v) + snowmelt.tz_offset(v) * 60000000)",
    ),
    ("tz_instant", "v", "make_timestamptz(snowmelt.tz_micros(v))"),
    (
        "tz_at",
        "wall, minutes",
        "snowmelt.tz_of(epoch_us(wall) - (minutes) * 60000000, minutes)",
    ),
    (
        "ltz_offset",
        "x",
        "((epoch_us(CAST(x AS TIMESTAMP)) - epoch_us(x)) // 60000000)",
    ),
    (
        "ltz_to_tz",
        "x",
        "snowmelt.tz_of(epoch_us(x), snowmelt.ltz_offset(x))",
    ),
    // Text by a format; an empty one recognizes.
    (
        "century",
        "",
        "CAST(coalesce(getvariable('snowmelt_century_start'), 1970) AS BIGINT)",
    ),
    (
        "read_date",
        "s, f",
        "CAST(make_timestamp(snowmelt_read_moment(s, f, 'Date', snowmelt.century())) AS DATE)",
    ),
    (
        "try_read_date",
        "s, f",
        "CAST(make_timestamp(snowmelt_try_read_moment(s, f, 'Date', snowmelt.century())) AS DATE)",
    ),
    (
        "read_time",
        "s, f",
        "CAST(make_timestamp(snowmelt_read_moment(s, f, 'Time', snowmelt.century())) AS TIME)",
    ),
    (
        "try_read_time",
        "s, f",
        "CAST(make_timestamp(snowmelt_try_read_moment(s, f, 'Time', snowmelt.century())) AS TIME)",
    ),
    (
        "read_timestamp_ntz",
        "s, f",
        "make_timestamp(snowmelt_read_moment(s, f, 'Timestamp', snowmelt.century()))",
    ),
    (
        "try_read_timestamp_ntz",
        "s, f",
        "make_timestamp(snowmelt_try_read_moment(s, f, 'Timestamp', snowmelt.century()))",
    ),
    (
        "read_timestamp_ltz",
        "s, f",
        "CASE WHEN snowmelt_read_offset(s, f) IS NULL THEN CAST(snowmelt.read_timestamp_ntz(s, f) AS TIMESTAMPTZ) ELSE make_timestamptz(snowmelt_read_moment(s, f, 'Timestamp', snowmelt.century()) - snowmelt_read_offset(s, f) * 60000000) END",
    ),
    (
        "try_read_timestamp_ltz",
        "s, f",
        "CASE WHEN snowmelt_read_offset(s, f) IS NULL THEN CAST(snowmelt.try_read_timestamp_ntz(s, f) AS TIMESTAMPTZ) ELSE make_timestamptz(snowmelt_read_moment(s, f, 'Timestamp', snowmelt.century()) - snowmelt_read_offset(s, f) * 60000000) END",
    ),
    (
        "read_timestamp_tz",
        "s, f",
        "CASE WHEN snowmelt_read_offset(s, f) IS NULL THEN snowmelt.ltz_to_tz(CAST(snowmelt.read_timestamp_ntz(s, f) AS TIMESTAMPTZ)) ELSE snowmelt.tz_at(snowmelt.read_timestamp_ntz(s, f), snowmelt_read_offset(s, f)) END",
    ),
    (
        "try_read_timestamp_tz",
        "s, f",
        "CASE WHEN snowmelt_read_offset(s, f) IS NULL THEN snowmelt.ltz_to_tz(CAST(snowmelt.try_read_timestamp_ntz(s, f) AS TIMESTAMPTZ)) ELSE snowmelt.tz_at(snowmelt.read_timestamp_ntz(s, f), snowmelt_read_offset(s, f)) END",
    ),
    // The session's input formats; AUTO is not set.
    (
        "date_input",
        "",
        "coalesce(getvariable('snowmelt_date_input'), '')",
    ),
    (
        "time_input",
        "",
        "coalesce(getvariable('snowmelt_time_input'), '')",
    ),
    (
        "timestamp_input",
        "",
        "coalesce(getvariable('snowmelt_timestamp_input'), '')",
    ),
    // Text as clients show it.
    (
        "date_to_text",
        "d",
        "snowmelt_print_moment(epoch_us(CAST(d AS TIMESTAMP)), 100000, coalesce(getvariable('snowmelt_date_output'), 'YYYY-MM-DD'))",
    ),
    (
        "time_to_text",
        "t",
        "snowmelt_print_moment(epoch_us(t), 100000, coalesce(getvariable('snowmelt_time_output'), 'HH24:MI:SS'))",
    ),
    (
        "timestamp_ntz_to_text",
        "x",
        "snowmelt_print_moment(epoch_us(x), 100000, coalesce(getvariable('snowmelt_timestamp_ntz_output'), 'YYYY-MM-DD HH24:MI:SS.FF3'))",
    ),
    (
        "print_ltz",
        "x, f",
        "snowmelt_print_moment(epoch_us(CAST(x AS TIMESTAMP)), snowmelt.ltz_offset(x), f)",
    ),
    (
        "print_tz",
        "v, f",
        "snowmelt_print_moment(snowmelt.tz_micros(v) + snowmelt.tz_offset(v) * 60000000, snowmelt.tz_offset(v), f)",
    ),
    (
        "timestamp_ltz_to_text",
        "x",
        "snowmelt.print_ltz(x, coalesce(getvariable('snowmelt_timestamp_ltz_output'), 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM'))",
    ),
    (
        "timestamp_tz_to_text",
        "v",
        "snowmelt.print_tz(v, coalesce(getvariable('snowmelt_timestamp_tz_output'), 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM'))",
    ),
    // Arithmetic.
    (
        "add_months",
        "d, n",
        "CASE WHEN CAST(d AS DATE) = last_day(d) THEN d + to_months(CAST(n AS INTEGER)) + to_days(CAST(day(last_day(d + to_months(CAST(n AS INTEGER)))) - day(d + to_months(CAST(n AS INTEGER))) AS INTEGER)) ELSE d + to_months(CAST(n AS INTEGER)) END",
    ),
    (
        "months_between",
        "a, b",
        "(year(a) - year(b)) * 12 + month(a) - month(b) + CASE WHEN day(a) = day(b) OR (CAST(a AS DATE) = last_day(a) AND CAST(b AS DATE) = last_day(b)) THEN 0 ELSE (day(a) - day(b) + (epoch_us(a) % 86400000000 - epoch_us(b) % 86400000000) / 86400000000) / 31 END",
    ),
    (
        "weekday_number",
        "name",
        "CASE lower(left(trim(name), 2)) WHEN 'mo' THEN 1 WHEN 'tu' THEN 2 WHEN 'we' THEN 3 WHEN 'th' THEN 4 WHEN 'fr' THEN 5 WHEN 'sa' THEN 6 WHEN 'su' THEN 7 ELSE CASE WHEN name IS NOT NULL THEN error('[100096 22023] Invalid day of week: ' || name) END END",
    ),
    (
        "next_day",
        "d, name",
        "d + CAST((snowmelt.weekday_number(name) - isodow(d) + 6) % 7 + 1 AS INTEGER)",
    ),
    (
        "previous_day",
        "d, name",
        "d - CAST((isodow(d) - snowmelt.weekday_number(name) + 6) % 7 + 1 AS INTEGER)",
    ),
];
