//! All sessions: made at login, found by token, ended by the client or for being idle.

use super::token::{Issued, TokenHash, TokenKind};
use super::{Client, DriverSession, parameters};
use crate::access::Identity;
use crate::failure::Failure;
use crate::state::Shared;
use crate::wire::login::{LoginData, LoginPlace};
use snowmelt_engine::Session;
use snowmelt_sql::Span;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::parse::name_in_text;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};

/// How long a session must have been idle to be ended for another one.
const IDLE_ENOUGH_MICROS: i64 = 60_000_000;

/// All sessions.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<Registry>);

#[derive(Default)]
struct Registry {
    by_id: BTreeMap<u64, Arc<DriverSession>>,
    tokens: HashMap<TokenHash, Issued>,
}

/// A login that succeeded.
pub(crate) struct SignedIn {
    pub(crate) session: Arc<DriverSession>,
    pub(crate) session_token: String,
    pub(crate) master_token: String,
}

/// A session token that replaces another.
pub(crate) struct Renewed {
    pub(crate) session: Arc<DriverSession>,
    pub(crate) session_token: String,
    pub(crate) master_token: String,
}

impl Sessions {
    /// Makes a session for somebody who may come in.
    ///
    /// # Errors
    /// Too many sessions; a parameter with a value that it does not take.
    pub(crate) fn sign_in(
        &self,
        shared: &Shared,
        identity: Identity,
        login: &LoginData,
        place: &LoginPlace,
        address: IpAddr,
    ) -> Result<SignedIn, Failure> {
        let session = self.open(shared, identity, login, place, address)?;
        let id = session.id;
        let signed_in = SignedIn {
            session_token: self.issue(shared, id, TokenKind::Session)?,
            master_token: self.issue(shared, id, TokenKind::Master)?,
            session: Arc::clone(&session),
        };
        crate::lock(&self.0).by_id.insert(id, session);
        Ok(signed_in)
    }

    /// Makes a session that no token leads to; it ends when [`DriverSession::close`] is called.
    ///
    /// # Errors
    /// Too many sessions; a parameter with a value that it does not take.
    pub(crate) fn open(
        &self,
        shared: &Shared,
        identity: Identity,
        login: &LoginData,
        place: &LoginPlace,
        address: IpAddr,
    ) -> Result<Arc<DriverSession>, Failure> {
        if self.len() >= shared.options.most_sessions && !self.end_longest_idle(shared) {
            return Err(Failure::too_much(format!(
                "the server has {} sessions, which is its limit; close some and log in again",
                shared.options.most_sessions
            )));
        }
        let mut engine = shared
            .engine
            .session_of(&identity.user, identity.role)
            .map_err(|error| Failure::of_engine(error, ""))?;
        let mut own_parameters = BTreeMap::new();
        for (name, value) in login.session_parameters.iter().flatten() {
            if !parameters::set(&mut engine, name, value)? {
                own_parameters.insert(name.to_ascii_uppercase(), value.clone());
            }
        }
        go_to(&mut engine, place);
        let id = engine.context().session_id;
        let session = Arc::new(DriverSession {
            id,
            identity,
            address,
            client: Client {
                app_id: login.client_app_id.clone().unwrap_or_default(),
                version: login.client_app_version.clone().unwrap_or_default(),
            },
            interrupt: engine.interrupt_handle(),
            context: Mutex::default(),
            told: Mutex::new(Arc::new([])),
            own_parameters,
            last_used_micros: AtomicI64::new(shared.now_micros()),
            busy: AtomicUsize::new(0),
            statements: AtomicU64::new(0),
            engine: Arc::new(tokio::sync::Mutex::new(Some(engine))),
        });
        if let Ok(engine) = session.engine.try_lock()
            && let Some(engine) = engine.as_ref()
        {
            session.note_context(engine.context());
        }
        Ok(session)
    }

    /// Makes room: many clients never log out. Ends the session that has been idle for the longest time, if that is a while.
    fn end_longest_idle(&self, shared: &Shared) -> bool {
        let since = shared.now_micros().saturating_sub(IDLE_ENOUGH_MICROS);
        let longest = crate::lock(&self.0)
            .by_id
            .values()
            .filter(|session| session.is_idle_since(since))
            .min_by_key(|session| session.last_used_micros())
            .map(|session| session.id);
        longest.map(|id| self.end(id)).is_some()
    }

    /// Ends the sessions of users who may not come in any more.
    pub(crate) fn end_strangers(&self, shared: &Shared) {
        let all: Vec<Arc<DriverSession>> = crate::lock(&self.0).by_id.values().cloned().collect();
        for session in all {
            if !shared.access.is_still(&session.identity).unwrap_or(false) {
                self.end(session.id);
            }
        }
    }

    /// The session of an id.
    pub(crate) fn get(&self, id: u64) -> Option<Arc<DriverSession>> {
        crate::lock(&self.0).by_id.get(&id).cloned()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        crate::lock(&self.0).by_id.len()
    }

    fn issue(&self, shared: &Shared, session: u64, kind: TokenKind) -> Result<String, Failure> {
        let token = shared.new_secret()?;
        let validity = match kind {
            TokenKind::Session => shared.options.session_token_validity,
            TokenKind::Master => shared.options.idle_expiry,
        };
        let validity = i64::try_from(validity.as_micros()).unwrap_or(i64::MAX);
        let issued = Issued {
            session,
            kind,
            expires_at_micros: shared.now_micros().saturating_add(validity),
        };
        crate::lock(&self.0)
            .tokens
            .insert(TokenHash::of(&token), issued);
        Ok(token)
    }

    /// The session of a session token.
    pub(crate) fn find(&self, shared: &Shared, token: &str) -> Result<Arc<DriverSession>, Failure> {
        let now = shared.now_micros();
        let registry = crate::lock(&self.0);
        let issued = registry
            .tokens
            .get(&TokenHash::of(token))
            .filter(|issued| issued.kind == TokenKind::Session)
            .ok_or_else(Failure::no_session)?;
        let session = registry
            .by_id
            .get(&issued.session)
            .ok_or_else(Failure::no_session)?;
        if issued.expires_at_micros < now {
            return Err(Failure::token_expired());
        }
        session.touch(now);
        Ok(Arc::clone(session))
    }

    /// New tokens for the session of a master token. The old session token goes, if it is named.
    pub(crate) fn renew(
        &self,
        shared: &Shared,
        master_token: &str,
        old_session_token: Option<&str>,
    ) -> Result<Renewed, Failure> {
        let now = shared.now_micros();
        let session = {
            let mut registry = crate::lock(&self.0);
            let master = TokenHash::of(master_token);
            let issued = registry
                .tokens
                .get(&master)
                .copied()
                .filter(|issued| issued.kind == TokenKind::Master)
                .filter(|issued| issued.expires_at_micros >= now)
                .ok_or_else(Failure::master_token_invalid)?;
            let session = registry
                .by_id
                .get(&issued.session)
                .cloned()
                .ok_or_else(Failure::no_session)?;
            registry.tokens.remove(&master);
            if let Some(old) = old_session_token.map(TokenHash::of)
                && registry
                    .tokens
                    .get(&old)
                    .is_some_and(|old| old.session == issued.session)
            {
                registry.tokens.remove(&old);
            }
            session
        };
        session.touch(now);
        Ok(Renewed {
            session_token: self.issue(shared, session.id, TokenKind::Session)?,
            master_token: self.issue(shared, session.id, TokenKind::Master)?,
            session,
        })
    }

    /// The session ends: what it runs is stopped, its transaction rolled back, its temporary tables are gone.
    pub(crate) fn end(&self, id: u64) {
        let ended = {
            let mut registry = crate::lock(&self.0);
            registry.tokens.retain(|_, issued| issued.session != id);
            registry.by_id.remove(&id)
        };
        if let Some(session) = ended {
            session.interrupt.interrupt();
            tokio::spawn(async move { session.close().await });
        }
    }

    /// Ends the sessions that have sent nothing for too long, and forgets tokens that are no good.
    pub(crate) fn end_idle(&self, shared: &Shared) {
        let now = shared.now_micros();
        let expiry = i64::try_from(shared.options.idle_expiry.as_micros()).unwrap_or(i64::MAX);
        let idle: Vec<u64> = {
            let mut registry = crate::lock(&self.0);
            // A session token that is too old is kept while its session is: its client is told to renew it.
            registry.tokens.retain(|_, issued| {
                issued.kind == TokenKind::Session || issued.expires_at_micros >= now
            });
            registry
                .by_id
                .values()
                .filter(|session| session.is_idle_since(now.saturating_sub(expiry)))
                .map(|session| session.id)
                .collect()
        };
        idle.into_iter().for_each(|id| self.end(id));
    }

    /// Ends all of them.
    pub(crate) fn end_all(&self) {
        let all: Vec<u64> = crate::lock(&self.0).by_id.keys().copied().collect();
        all.into_iter().for_each(|id| self.end(id));
    }
}

/// Makes current what the login names. As in Snowflake, the login succeeds if there is no such thing.
fn go_to(engine: &mut Session, place: &LoginPlace) {
    let named = |name: &Option<String>| {
        name.as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(written)
    };
    let mut run = |statement: String| engine.execute(&statement).is_ok();
    if let Some(role) = named(&place.role) {
        run(format!("USE ROLE {role}"));
    }
    if let Some(warehouse) = named(&place.warehouse) {
        run(format!("USE WAREHOUSE {warehouse}"));
    }
    if let Some(database) = named(&place.database) {
        run(format!("USE DATABASE {database}"));
    }
    if let Some(schema) = named(&place.schema) {
        run(format!("USE SCHEMA {schema}"));
    }
}

/// A name of a login as it may stand in a statement: `db`, `"My db"`, `db.schema`; anything else is taken as it is.
fn written(name: &str) -> String {
    match name_in_text(name, Span::default()) {
        Some(name) => {
            let parts: Vec<String> = name
                .parts
                .iter()
                .map(|part| quote_if_needed(&part.value))
                .collect();
            parts.join(".")
        }
        None => quote_if_needed(name),
    }
}
