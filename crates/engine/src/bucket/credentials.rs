//! AWS's own chain of credentials: environment, profile files, web identity, container, instance role.
//!
//! `object_store` does all of it but the profile files, which are read here.

use super::BucketError;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use snowmelt_sql::object::Credentials;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A builder that has the credentials, and the region as far as it is known.
pub(crate) fn builder(credentials: Option<&Credentials>) -> Result<AmazonS3Builder, BucketError> {
    if let Some(given) = credentials {
        let mut builder = AmazonS3Builder::new()
            .with_access_key_id(&given.key_id)
            .with_secret_access_key(&given.secret_key);
        if let Some(token) = &given.token {
            builder = builder.with_token(token);
        }
        return Ok(with_profile_region(builder, &Profile::load()));
    }
    let builder = AmazonS3Builder::from_env();
    let has = |key| builder.get_config_value(&key).is_some();
    let elsewhere = has(AmazonS3ConfigKey::AccessKeyId)
        || has(AmazonS3ConfigKey::WebIdentityTokenFile)
        || has(AmazonS3ConfigKey::ContainerCredentialsRelativeUri)
        || has(AmazonS3ConfigKey::ContainerCredentialsFullUri);
    let profile = Profile::load();
    let builder = with_profile_region(builder, &profile);
    if elsewhere {
        Ok(builder)
    } else {
        profile.apply(builder)
    }
}

fn with_profile_region(builder: AmazonS3Builder, profile: &Profile) -> AmazonS3Builder {
    let known = builder
        .get_config_value(&AmazonS3ConfigKey::Region)
        .is_some()
        || builder
            .get_config_value(&AmazonS3ConfigKey::DefaultRegion)
            .is_some();
    match profile.settings.get("region") {
        Some(region) if !known => builder.with_region(region),
        _ => builder,
    }
}

/// One profile of `~/.aws/config` and `~/.aws/credentials`.
#[derive(Debug, Default)]
struct Profile {
    name: String,
    settings: BTreeMap<String, String>,
}

impl Profile {
    #[expect(
        clippy::disallowed_methods,
        reason = "AWS's chain is in the environment by definition; every AWS tool finds it there"
    )]
    fn load() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let name = variable("AWS_PROFILE").unwrap_or_else(|| "default".to_owned());
        let home = variable("HOME").map(|home| PathBuf::from(home).join(".aws"));
        let file = |named: &str, usual: &str| {
            variable(named)
                .map(PathBuf::from)
                .or_else(|| home.as_ref().map(|home| home.join(usual)))
        };
        Self::read(
            name,
            file("AWS_CONFIG_FILE", "config").as_deref(),
            file("AWS_SHARED_CREDENTIALS_FILE", "credentials").as_deref(),
        )
    }

    fn read(name: String, config: Option<&Path>, credentials: Option<&Path>) -> Self {
        let text = |path: Option<&Path>| {
            path.and_then(|path| std::fs::read_to_string(path).ok())
                .unwrap_or_default()
        };
        let section = if name == "default" {
            name.clone()
        } else {
            format!("profile {name}")
        };
        let mut settings = section_of(&text(config), &section);
        settings.extend(section_of(&text(credentials), &name));
        Self { name, settings }
    }

    /// Gives the profile's keys to a builder. A profile without keys leaves the builder to the instance's role.
    fn apply(&self, builder: AmazonS3Builder) -> Result<AmazonS3Builder, BucketError> {
        if let (Some(key_id), Some(secret)) = (
            self.settings.get("aws_access_key_id"),
            self.settings.get("aws_secret_access_key"),
        ) {
            let builder = builder
                .with_access_key_id(key_id)
                .with_secret_access_key(secret);
            return Ok(match self.settings.get("aws_session_token") {
                Some(token) => builder.with_token(token),
                None => builder,
            });
        }
        let other = [
            "credential_process",
            "sso_session",
            "sso_start_url",
            "role_arn",
        ];
        match other.iter().find(|key| self.settings.contains_key(**key)) {
            None => Ok(builder),
            Some(key) => Err(BucketError {
                message: format!("the AWS profile `{}` has no keys", self.name),
                cause: format!("it has `{key}`, which snowmelt does not follow"),
                hint: format!(
                    "put keys into the environment: `eval \"$(aws configure export-credentials --profile {} --format env)\"`",
                    self.name
                ),
            }),
        }
    }
}

/// The settings under `[section]`. Nested settings (indented) are passed over.
fn section_of(text: &str, section: &str) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    let mut inside = false;
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        {
            inside = name.0.split_whitespace().eq(section.split_whitespace());
            continue;
        }
        let is_plain = !line.starts_with([' ', '\t', '#', ';']);
        if let Some((key, value)) = trimmed.split_once('=')
            && inside
            && is_plain
        {
            settings.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_from_both_files() {
        let folder = tempfile::tempdir().unwrap();
        let (config, credentials) = (
            folder.path().join("config"),
            folder.path().join("credentials"),
        );
        std::fs::write(
            &config,
            "# a comment\n[default]\nregion = eu-west-1\n\n[profile  shop]\nregion=us-east-2\ns3 =\n  max_queue_size = 5\n[profile sso]\nsso_session = x\n",
        )
        .unwrap();
        std::fs::write(
            &credentials,
            "[shop]\naws_access_key_id = ID\naws_secret_access_key = a=b\n",
        )
        .unwrap();
        let read = |name: &str| Profile::read(name.to_owned(), Some(&config), Some(&credentials));
        let shop = read("shop");
        assert_eq!(shop.settings["region"], "us-east-2");
        assert_eq!(shop.settings["aws_secret_access_key"], "a=b");
        assert!(!shop.settings.contains_key("max_queue_size"));
        let builder = shop.apply(AmazonS3Builder::new()).unwrap();
        assert_eq!(
            builder
                .get_config_value(&AmazonS3ConfigKey::AccessKeyId)
                .as_deref(),
            Some("ID")
        );
        assert_eq!(read("default").settings["region"], "eu-west-1");
        let error = read("sso").apply(AmazonS3Builder::new()).unwrap_err();
        assert!(error.cause.contains("sso_session"));
        assert!(
            Profile::read("none".into(), None, None)
                .apply(AmazonS3Builder::new())
                .is_ok()
        );
    }
}
