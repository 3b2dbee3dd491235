//! DuckDB macros that carry Snowflake's meaning. The engine makes them in its schema `snowmelt` when it opens.

/// Name and `CREATE OR REPLACE MACRO` text of each, in an order in which each uses only earlier ones.
pub fn macro_definitions() -> Vec<(&'static str, String)> {
    MACROS
        .iter()
        .map(|(name, parameters, body)| {
            (
                *name,
                format!("CREATE OR REPLACE MACRO snowmelt.{name}({parameters}) AS {body}"),
            )
        })
        .collect()
}

/// Name, parameters, body.
const MACROS: &[(&str, &str, &str)] = &[
    // Numbers.
    ("divide_down", "u, d", "u // d"),
    (
        "divide_up",
        "u, d",
        "u // d + CASE WHEN u % d > 0 THEN 1 ELSE 0 END",
    ),
    (
        "divide_floor",
        "u, d",
        "u // d - CASE WHEN u % d < 0 THEN 1 ELSE 0 END",
    ),
    (
        "divide_half_away",
        "u, d",
        "u // d + CASE WHEN abs(u % d) >= d - abs(u % d) THEN sign(u) ELSE 0 END",
    ),
    (
        "divide_half_even",
        "u, d",
        "u // d + CASE WHEN abs(u % d) > d - abs(u % d) OR (abs(u % d) = d - abs(u % d) AND (u // d) % 2 <> 0) THEN sign(u) ELSE 0 END",
    ),
    ("round_float", "x, n", "round(x, CAST(n AS INTEGER))"),
    (
        "truncate_float",
        "x, n",
        "trunc(x * pow(10, n)) / pow(10, n)",
    ),
    ("ceil_float", "x, n", "ceil(x * pow(10, n)) / pow(10, n)"),
    ("floor_float", "x, n", "floor(x * pow(10, n)) / pow(10, n)"),
    (
        "haversine",
        "lat1, lon1, lat2, lon2",
        "2 * 6371 * asin(sqrt(pow(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * pow(sin(radians(lon2 - lon1) / 2), 2)))",
    ),
    (
        "random_number",
        "",
        "CAST(CAST(CAST(random() * 4294967296 AS HUGEINT) * 4294967296 + CAST(random() * 4294967296 AS HUGEINT) - 9223372036854775808 AS HUGEINT) AS DECIMAL(38,0))",
    ),
    (
        "greatest_of",
        "l",
        "CASE WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE list_max(l) END",
    ),
    (
        "least_of",
        "l",
        "CASE WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE list_min(l) END",
    ),
    // Text and what is read from it. DuckDB reads `1_000`, `0x1F` and `0b1` as numbers: their letters are hidden.
    (
        "numeric_text",
        "s",
        "translate(s, '_xXbB', chr(57439) || chr(57464) || chr(57432) || chr(57442) || chr(57410))",
    ),
    (
        "float_to_text",
        "x",
        "CASE WHEN isnan(x) THEN 'NaN' ELSE regexp_replace(CAST(x AS VARCHAR), '\\.0$', '') END",
    ),
    (
        "ltz_to_text",
        "x",
        "strftime(x, '%Y-%m-%d %H:%M:%S.%g ') || rpad(replace(strftime(x, '%z'), ':', ''), 5, '0')",
    ),
    (
        "try_text_to_boolean",
        "s",
        "CASE WHEN lower(s) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(s) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE END",
    ),
    (
        "text_to_boolean",
        "s",
        "CASE WHEN lower(s) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(s) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE WHEN s IS NOT NULL THEN error('[100037 22018] Boolean value ''' || s || ''' is not recognized') END",
    ),
    (
        "try_text_to_date",
        "s",
        "CASE WHEN substr(s, 5, 1) = '-' THEN TRY_CAST(s AS DATE) WHEN contains(s, '/') THEN CAST(try_strptime(trim(s), '%m/%d/%Y') AS DATE) WHEN regexp_full_match(s, '\\s*\\d{1,2}-[A-Za-z]{3}-\\d{4}\\s*') THEN CAST(try_strptime(trim(s), '%d-%b-%Y') AS DATE) END",
    ),
    (
        "text_to_date",
        "s",
        "CASE WHEN substr(s, 5, 1) = '-' THEN CAST(s AS DATE) WHEN s IS NOT NULL THEN coalesce(snowmelt.try_text_to_date(s), error('[100040 22007] Date ''' || s || ''' is not recognized')) END",
    ),
    ("try_text_to_time", "s", "TRY_CAST(s AS TIME)"),
    ("text_to_time", "s", "CAST(s AS TIME)"),
    (
        "wall_clock_text",
        "s",
        "CASE WHEN length(s) <= 19 THEN s ELSE regexp_replace(s, '(:\\d{2}(?:\\.\\d+)?)\\s*(?:Z|[+-]\\d{2}:?\\d{0,2})\\s*$', '\\1') END",
    ),
    (
        "try_text_to_timestamp_ntz",
        "s",
        "TRY_CAST(snowmelt.wall_clock_text(s) AS TIMESTAMP)",
    ),
    (
        "text_to_timestamp_ntz",
        "s",
        "CAST(snowmelt.wall_clock_text(s) AS TIMESTAMP)",
    ),
    (
        "try_text_to_timestamp_ltz",
        "s",
        "TRY_CAST(s AS TIMESTAMPTZ)",
    ),
    ("text_to_timestamp_ltz", "s", "CAST(s AS TIMESTAMPTZ)"),
    // Dates.
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
    // Strings.
    (
        "initcap",
        "s",
        "array_to_string(list_transform(regexp_extract_all(s, '[\\s!?@\"^#$&~_,.:;+\\-*%/|\\\\\\[\\](){}<>]+|[^\\s!?@\"^#$&~_,.:;+\\-*%/|\\\\\\[\\](){}<>]+'), lambda w: upper(w[1]) || lower(substr(w, 2))), '')",
    ),
    (
        "initcap_by",
        "s, d",
        "CASE WHEN d = '' THEN upper(s[1]) || lower(substr(s, 2)) ELSE array_to_string(list_transform(regexp_extract_all(s, '[' || regexp_replace(d, '([\\]\\[\\\\^-])', '\\\\\\1', 'g') || ']+|[^' || regexp_replace(d, '([\\]\\[\\\\^-])', '\\\\\\1', 'g') || ']+'), lambda w: CASE WHEN contains(d, w[1]) THEN w ELSE upper(w[1]) || lower(substr(w, 2)) END), '') END",
    ),
    (
        "substr_from",
        "s, p",
        "CASE WHEN p < -length(s) THEN '' ELSE substr(s, CASE WHEN p = 0 THEN 1 ELSE p END) END",
    ),
    (
        "substr_of",
        "s, p, n",
        "CASE WHEN n <= 0 OR p < -length(s) THEN '' ELSE substr(s, CASE WHEN p = 0 THEN 1 ELSE p END, n) END",
    ),
    (
        "left_pad",
        "s, n, p",
        "CASE WHEN n <= 0 THEN '' WHEN p = '' THEN left(s, n) ELSE lpad(s, CAST(n AS INTEGER), p) END",
    ),
    (
        "right_pad",
        "s, n, p",
        "CASE WHEN n <= 0 THEN '' WHEN p = '' THEN left(s, n) ELSE rpad(s, CAST(n AS INTEGER), p) END",
    ),
    (
        "position_from",
        "needle, s, n",
        "CASE WHEN instr(substr(s, greatest(n, 1)), needle) = 0 THEN 0 ELSE instr(substr(s, greatest(n, 1)), needle) + greatest(n, 1) - 1 END",
    ),
    (
        "split_part_of",
        "s, d, n",
        "CASE WHEN d = '' THEN CASE WHEN n IN (0, 1, -1) THEN s ELSE '' END ELSE split_part(s, d, CASE WHEN n = 0 THEN 1 ELSE n END) END",
    ),
    (
        "split_list",
        "s, d",
        "CASE WHEN d = '' THEN [s] ELSE string_split(s, d) END",
    ),
    // Semi-structured values.
    (
        "variant_to_array",
        "v",
        "CASE json_type(v) WHEN 'ARRAY' THEN v WHEN 'NULL' THEN NULL ELSE CAST('[' || CAST(v AS VARCHAR) || ']' AS JSON) END",
    ),
    (
        "variant_to_object",
        "v",
        "CASE json_type(v) WHEN 'OBJECT' THEN v WHEN 'NULL' THEN NULL ELSE CASE WHEN v IS NOT NULL THEN error('[100071 22000] Failed to cast variant value ' || CAST(v AS VARCHAR) || ' to OBJECT') END END",
    ),
];
