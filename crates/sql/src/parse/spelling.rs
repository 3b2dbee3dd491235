//! Spellings that sqlparser does not read, as others that mean the same and that it reads: tokens in, tokens out.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// The tokens with
///
/// - `{*}`, `{* EXCLUDE a}` and `{t.*}` as the calls of OBJECT_CONSTRUCT that they stand for,
/// - TIMESTAMP WITH LOCAL TIME ZONE as TIMESTAMP_LTZ,
/// - `DATE_PART(part FROM value)` with a comma,
/// - joins without DIRECTED, which says which side is read first and changes no result,
/// - the names that UNPIVOT gives to columns with AS,
/// - NTH_VALUE without FROM FIRST, which is where it counts from anyway,
/// - `UPDATE ALL BY NAME` and `INSERT ALL BY NAME` of MERGE as `UPDATE SET *` and `INSERT *`, at the place of ALL.
pub(super) fn respelled(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let tokens = date_parts(local_time_zones(tokens));
    let tokens = from_first(by_name(unpivot_names(undirected(tokens))));
    object_constants(tokens)
}

/// The positions of the tokens from `from` on that are no white space.
fn solid(tokens: &[TokenWithSpan], from: usize) -> impl Iterator<Item = usize> {
    (from..tokens.len()).filter(|index| !matches!(tokens[*index].token, Token::Whitespace(_)))
}

fn undirected(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    const KINDS: [&str; 6] = ["INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS"];
    let directed: Vec<usize> = (0..tokens.len())
        .filter(|at| {
            is_word(tokens.get(*at), "DIRECTED")
                && solid(&tokens, at + 1)
                    .next()
                    .is_some_and(|next| is_word(tokens.get(next), "JOIN"))
                && (0..*at)
                    .rev()
                    .find(|index| !matches!(tokens[*index].token, Token::Whitespace(_)))
                    .is_some_and(|before| {
                        KINDS.iter().any(|kind| is_word(tokens.get(before), kind))
                    })
        })
        .collect();
    for at in directed.into_iter().rev() {
        tokens.remove(at);
    }
    tokens
}

fn from_first(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let calls: Vec<usize> = (0..tokens.len())
        .filter(|at| is_word(tokens.get(*at), "NTH_VALUE"))
        .collect();
    for at in calls.into_iter().rev() {
        let mut depth = 0;
        let close = solid(&tokens, at + 1).find(|index| {
            match tokens[*index].token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some(close) = close else { continue };
        let ahead: Vec<usize> = solid(&tokens, close + 1).take(2).collect();
        if let [from, first] = ahead[..]
            && is_word(tokens.get(from), "FROM")
            && is_word(tokens.get(first), "FIRST")
        {
            tokens.drain(from..=first);
        }
    }
    tokens
}

fn by_name(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut at = 0;
    while at < tokens.len() {
        let is_update = is_word(tokens.get(at), "UPDATE");
        let ahead: Vec<usize> = if is_update || is_word(tokens.get(at), "INSERT") {
            solid(&tokens, at + 1).take(3).collect()
        } else {
            Vec::new()
        };
        if let [all, by, name] = ahead[..]
            && is_word(tokens.get(all), "ALL")
            && is_word(tokens.get(by), "BY")
            && is_word(tokens.get(name), "NAME")
        {
            let span = tokens[all].span;
            let mut star = vec![TokenWithSpan::new(Token::Mul, span)];
            if is_update {
                star.insert(0, TokenWithSpan::new(Token::make_word("SET", None), span));
            }
            tokens.splice(all..=name, star);
        }
        at += 1;
    }
    tokens
}

fn unpivot_names(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !(0..tokens.len()).any(|at| is_word(tokens.get(at), "UNPIVOT")) {
        return tokens;
    }
    let mut named = Vec::new();
    for at in (0..tokens.len()).filter(|at| is_word(tokens.get(*at), "UNPIVOT")) {
        // UNPIVOT [ { INCLUDE | EXCLUDE } NULLS ] ( value FOR name IN ( column [ [ AS ] name ], … ) )
        let mut rest = solid(&tokens, at + 1).skip_while(|index| {
            ["INCLUDE", "EXCLUDE", "NULLS"]
                .iter()
                .any(|word| is_word(tokens.get(*index), word))
        });
        let Some(list) = rest
            .nth(5)
            .filter(|list| tokens[*list].token == Token::LParen)
        else {
            continue;
        };
        let mut before: Option<usize> = None;
        for index in solid(&tokens, list + 1) {
            match &tokens[index].token {
                Token::Word(_) => {
                    if let Some(before) = before
                        && !is_word(tokens.get(before), "AS")
                        && !is_word(tokens.get(index), "AS")
                    {
                        named.push(index);
                    }
                    before = Some(index);
                }
                Token::RParen => break,
                _ => before = None,
            }
        }
    }
    for index in named.into_iter().rev() {
        let span = tokens[index].span;
        let as_word = TokenWithSpan::new(Token::make_word("AS", None), span);
        tokens.insert(index, as_word);
    }
    tokens
}

fn is_word(token: Option<&TokenWithSpan>, wanted: &str) -> bool {
    matches!(
        token.map(|token| &token.token),
        Some(Token::Word(word)) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(wanted)
    )
}

fn local_time_zones(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    const WORDS: [&str; 4] = ["WITH", "LOCAL", "TIME", "ZONE"];
    let mut at = 0;
    while at < tokens.len() {
        let is_suffix = WORDS
            .iter()
            .enumerate()
            .all(|(ahead, word)| is_word(tokens.get(at + ahead), word));
        if is_suffix {
            // TIMESTAMP, or TIMESTAMP ( n ).
            let base = [1, 4]
                .into_iter()
                .filter_map(|back| at.checked_sub(back))
                .find(|base| is_word(tokens.get(*base), "TIMESTAMP"));
            if let Some(base) = base {
                tokens[base].token = Token::make_word("TIMESTAMP_LTZ", None);
                tokens.drain(at..at + WORDS.len());
                continue;
            }
        }
        at += 1;
    }
    tokens
}

fn date_parts(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    for at in 0..tokens.len() {
        if !is_word(tokens.get(at), "DATE_PART") {
            continue;
        }
        let mut rest = (at + 1..tokens.len())
            .filter(|index| !matches!(tokens[*index].token, Token::Whitespace(_)));
        let (open, _, from) = (rest.next(), rest.next(), rest.next());
        if let (Some(open), Some(from)) = (open, from)
            && tokens[open].token == Token::LParen
            && is_word(tokens.get(from), "FROM")
        {
            tokens[from].token = Token::Comma;
        }
    }
    tokens
}

fn object_constants(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let kind = |index: usize| tokens.get(index).map(|token| &token.token);
    let is_star = |open: usize| {
        let mut at = open + 1;
        while matches!(kind(at), Some(Token::Word(_))) && kind(at + 1) == Some(&Token::Period) {
            at += 2;
        }
        kind(open) == Some(&Token::LBrace) && kind(at) == Some(&Token::Mul)
    };
    let opens: Vec<usize> = (0..tokens.len()).filter(|open| is_star(*open)).collect();
    if opens.is_empty() {
        return tokens;
    }
    let mut rewritten = Vec::with_capacity(tokens.len() + opens.len());
    let mut is_open = false;
    for (index, token) in tokens.into_iter().enumerate() {
        let span = token.span;
        match token.token {
            Token::LBrace if opens.contains(&index) => {
                is_open = true;
                let name = Token::make_word("OBJECT_CONSTRUCT", None);
                rewritten.push(TokenWithSpan::new(name, span));
                rewritten.push(TokenWithSpan::new(Token::LParen, span));
            }
            Token::RBrace if is_open => {
                is_open = false;
                rewritten.push(TokenWithSpan::new(Token::RParen, span));
            }
            other => rewritten.push(TokenWithSpan::new(other, span)),
        }
    }
    rewritten
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings() {
        let shown = |text: &str| -> String {
            let tokens = crate::parse::lexer::tokenize(text).tokens;
            let words: Vec<String> = respelled(tokens)
                .iter()
                .map(|token| token.token.to_string())
                .filter(|word| !word.trim().is_empty())
                .collect();
            words.join(" ")
        };
        assert_eq!(
            shown("a timestamp (3) with local time zone not null"),
            "a TIMESTAMP_LTZ ( 3 ) not null"
        );
        assert_eq!(
            shown("date_part(year from d), date_part(day, d) from date_part"),
            "date_part ( year , d ) , date_part ( day , d ) from date_part"
        );
        assert_eq!(
            shown("t left outer directed join u using (a), directed join v"),
            "t left outer join u using ( a ) , directed join v"
        );
        assert_eq!(
            shown("t unpivot include nulls (v for n in (a b, c, d as e, \"f\" g)) u"),
            "t unpivot include nulls ( v for n in ( a AS b , c , d as e , \"f\" AS g ) ) u"
        );
        assert_eq!(
            shown("then update all by name when not matched then insert all by name"),
            "then update SET * when not matched then insert *"
        );
        assert_eq!(
            shown("nth_value(f(a), 2) from first ignore nulls over () from first"),
            "nth_value ( f ( a ) , 2 ) ignore nulls over ( ) from first"
        );
        assert_eq!(
            shown("with local as (select 1)"),
            "with local as ( select 1 )"
        );
        assert_eq!(
            shown("{* exclude a}, {'b': 1}, {t.*}"),
            "OBJECT_CONSTRUCT ( * exclude a ) , { 'b' : 1 } , OBJECT_CONSTRUCT ( t . * )"
        );
    }
}
