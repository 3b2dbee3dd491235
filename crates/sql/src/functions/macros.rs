//! DuckDB macros that carry Snowflake's meaning. The engine makes them in its schema `snowmelt` when it opens.

mod moment;

/// Name and `CREATE OR REPLACE MACRO` text of each, in an order in which each uses only earlier ones.
pub fn macro_definitions() -> Vec<(&'static str, String)> {
    [MACROS, moment::MACROS]
        .into_iter()
        .flatten()
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
    (
        "invalid_operation",
        "f, x",
        "error('[100018 22023] Invalid floating point operation: ' || f || '(' || snowmelt_float_text(x) || ')')",
    ),
    (
        "square_root",
        "x",
        "CASE WHEN x < 0 THEN snowmelt.invalid_operation('sqrt', x) ELSE sqrt(x) END",
    ),
    // DuckDB's is a bit off for whole roots.
    (
        "cube_root",
        "x",
        "CASE WHEN pow(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END",
    ),
    (
        "natural_logarithm",
        "x",
        "CASE WHEN x <= 0 THEN snowmelt.invalid_operation('ln', x) ELSE ln(x) END",
    ),
    (
        "logarithm",
        "b, x",
        "CASE WHEN x <= 0 OR b <= 0 OR b = 1 THEN error('[100018 22023] Invalid floating point operation: log(' || snowmelt_float_text(b) || ',' || snowmelt_float_text(x) || ')') ELSE ln(x) / ln(b) END",
    ),
    (
        "arc_sine",
        "x",
        "CASE WHEN abs(x) > 1 THEN snowmelt.invalid_operation('asin', x) ELSE asin(x) END",
    ),
    (
        "arc_cosine",
        "x",
        "CASE WHEN abs(x) > 1 THEN snowmelt.invalid_operation('acos', x) ELSE acos(x) END",
    ),
    (
        "area_cosine",
        "x",
        "CASE WHEN x < 1 THEN snowmelt.invalid_operation('acosh', x) ELSE acosh(x) END",
    ),
    (
        "area_tangent",
        "x",
        "CASE WHEN abs(x) > 1 THEN snowmelt.invalid_operation('atanh', x) ELSE atanh(x) END",
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
        "try_text_to_boolean",
        "s",
        "CASE WHEN lower(s) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(s) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE END",
    ),
    (
        "float_to_boolean",
        "x",
        "CASE WHEN isfinite(x) THEN x <> 0 WHEN x IS NOT NULL THEN error('[100037 22018] Boolean value ''' || snowmelt_float_text(x) || ''' is not recognized') END",
    ),
    (
        "text_to_boolean",
        "s",
        "CASE WHEN lower(s) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(s) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE WHEN s IS NOT NULL THEN error('[100037 22018] Boolean value ''' || s || ''' is not recognized') END",
    ),
    // Strings. DuckDB's `greatest` passes over NULL.
    ("not_negative", "n", "CASE WHEN n < 0 THEN 0 ELSE n END"),
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
        "CASE WHEN n IS NULL THEN NULL WHEN instr(substr(s, greatest(n, 1)), needle) = 0 THEN 0 ELSE instr(substr(s, greatest(n, 1)), needle) + greatest(n, 1) - 1 END",
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
    (
        "tokens",
        "s, d",
        "CASE WHEN d = '' THEN CASE WHEN s = '' THEN CAST([] AS VARCHAR[]) ELSE [s] END ELSE list_filter(string_split_regex(s, '[' || regexp_replace(d, '([\\]\\[\\\\^-])', '\\\\\\1', 'g') || ']'), lambda x: x <> '') END",
    ),
    // How often a list's element is another than the one before.
    (
        "changes",
        "l",
        "CAST(len(list_filter(range(1, len(l)), lambda i: coalesce(l[i] <> l[i + 1], FALSE))) AS BIGINT)",
    ),
    (
        "translate_text",
        "s, a, b",
        "CASE WHEN length(b) > length(a) THEN error('[100078 22000] String ''(target alphabet) ' || b || ''' is too long and would be truncated') ELSE translate(s, a, b) END",
    ),
    // The hexadecimal digits of a digest as a UUID of version 5.
    (
        "uuid_of_digest",
        "h",
        "h[1:8] || '-' || h[9:12] || '-5' || h[14:16] || '-' || substr('89ab', (instr('0123456789abcdef', h[17]) - 1) % 4 + 1, 1) || h[18:20] || '-' || h[21:32]",
    ),
    // Semi-structured values.
    // A NULL as the mark that functions in Rust know.
    (
        "or_undefined",
        "v",
        "coalesce(v, CAST('\"\u{F8F0}u\"' AS JSON))",
    ),
    // A key that is NULL as the mark for one.
    ("or_no_key", "k", "coalesce(k, '\u{F8F0}u')"),
];
