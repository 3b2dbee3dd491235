//! What AWS has to allow and to send before a Snowflake account can load the project's buckets: for each storage integration
//! the role's two policies, for each bucket the event notification of its pipes. In: the project, and what the account
//! answers to DESC INTEGRATION and SHOW PIPES. Out: documents, as they are and as AWS CLI calls or Terraform.
//!
//! Follows "Configuring a Snowflake storage integration to access Amazon S3" and "Automating Snowpipe for Amazon S3".

mod command_line;
mod location;
mod terraform;

use crate::declare::{Declarations, Declared};
use crate::error::PipelineError;
use crate::inventory::OnTarget;
use crate::project::Project;
use crate::session::Session;
use crate::target::{Rows, Target, TargetError};
use location::{Location, without_nested};
use serde::Serialize;
use serde_json::{Value, json};
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{Integration, Object, Pipe, Stage, StageLocation, StagePath};
use std::collections::{BTreeMap, BTreeSet};

/// What has to be set up in AWS.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AwsSide {
    /// By storage integration.
    pub roles: Vec<RoleSetup>,
    /// By bucket.
    pub notifications: Vec<BucketNotification>,
}

/// The role that a storage integration takes on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoleSetup {
    /// The integration's name.
    pub integration: String,
    /// STORAGE_AWS_ROLE_ARN.
    pub role_arn: String,
    /// Who may take on the role: Snowflake's user, by the integration's external id.
    pub trust_policy: Value,
    /// What the role may do in the buckets.
    pub access_policy: Value,
}

/// The events that a bucket sends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BucketNotification {
    /// The bucket's name.
    pub bucket: String,
    /// The queue of the pipes: `notification_channel` of SHOW PIPES.
    pub queue_arn: String,
    /// Prefixes of the keys. None lies in another: S3 refuses overlapping ones.
    pub prefixes: Vec<String>,
}

/// Asks the account for what AWS has to know.
///
/// # Errors
/// Every error in the files, or what the target refuses; an integration or a pipe that is not deployed yet.
pub fn aws_side(project: &Project, target: &dyn Target) -> Result<AwsSide, Vec<PipelineError>> {
    let mut session = Session::new(target, &[]);
    let declarations = Declarations::read(&project.sql, &mut OnTarget(&mut session))?;
    let one = |error: PipelineError| vec![error];
    let stages: BTreeMap<String, &Stage> = declarations
        .objects
        .iter()
        .filter_map(|declared| match &declared.object {
            Object::Stage(stage) => Some((stage.name.to_string(), stage)),
            _ => None,
        })
        .collect();
    let mut roles = Vec::new();
    let mut notifications: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for declared in &declarations.objects {
        match &declared.object {
            Object::Integration(integration) => {
                let setup = role(declared, integration, &mut session).map_err(one)?;
                roles.push(setup);
            }
            Object::Pipe(pipe) if pipe.auto_ingest => {
                let Some(place) = location(pipe, &stages) else {
                    continue;
                };
                let queue = channel(declared, pipe, &mut session).map_err(one)?;
                let prefixes = notifications.entry((place.bucket, queue)).or_default();
                prefixes.insert(place.prefix);
            }
            _ => {}
        }
    }
    let notifications = notifications
        .into_iter()
        .map(|((bucket, queue_arn), prefixes)| BucketNotification {
            bucket,
            queue_arn,
            prefixes: without_nested(prefixes),
        })
        .collect();
    Ok(AwsSide {
        roles,
        notifications,
    })
}

/// Where a pipe looks for files, if that is in S3.
fn location(pipe: &Pipe, stages: &BTreeMap<String, &Stage>) -> Option<Location> {
    let StagePath::Named { stage, path } = &pipe.copy.source.path else {
        return None;
    };
    match &stages.get(&stage.to_string())?.location {
        StageLocation::External { url } => {
            Location::parse(&format!("{}/{path}", url.trim_end_matches('/')))
        }
        StageLocation::Internal => None,
    }
}

fn role(
    declared: &Declared,
    integration: &Integration,
    session: &mut Session<'_>,
) -> Result<RoleSetup, PipelineError> {
    let name = quote_if_needed(&integration.name);
    let rows = session
        .execute(&format!("DESCRIBE INTEGRATION {name}"))
        .map_err(|error| not_deployed(error, declared))?;
    let value = |property: &str| {
        property_of(&rows, property).ok_or_else(|| {
            PipelineError::user(format!("integration `{name}` tells no {property}"))
                .with_hint("only an account knows it: ask one with `--target NAME`, after `snowmelt deploy --target NAME`")
                .at(declared.statement.place.clone())
        })
    };
    let (user, external_id) = (
        value("STORAGE_AWS_IAM_USER_ARN")?,
        value("STORAGE_AWS_EXTERNAL_ID")?,
    );
    let role_arn = value("STORAGE_AWS_ROLE_ARN")?;
    let locations: Vec<Location> = integration
        .allowed_locations
        .iter()
        .filter_map(|url| Location::parse(url))
        .collect();
    Ok(RoleSetup {
        integration: integration.name.clone(),
        role_arn,
        trust_policy: trust(&user, &external_id),
        access_policy: access(&locations),
    })
}

fn trust(user_arn: &str, external_id: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": user_arn },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": external_id } }
        }]
    })
}

/// Reading, writing (COPY INTO <location>) and removing (PURGE, REMOVE) in each location.
fn access(locations: &[Location]) -> Value {
    let objects: Vec<String> = locations
        .iter()
        .map(|place| format!("arn:aws:s3:::{}/{}*", place.bucket, place.prefix))
        .collect();
    let mut statements = vec![json!({
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": objects
    })];
    for place in locations {
        statements.push(json!({
            "Effect": "Allow",
            "Action": ["s3:ListBucket", "s3:GetBucketLocation"],
            "Resource": format!("arn:aws:s3:::{}", place.bucket),
            "Condition": { "StringLike": { "s3:prefix": [format!("{}*", place.prefix)] } }
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn channel(
    declared: &Declared,
    pipe: &Pipe,
    session: &mut Session<'_>,
) -> Result<String, PipelineError> {
    let rows = session
        .execute(&format!("DESCRIBE PIPE {}", pipe.name))
        .map_err(|error| not_deployed(error, declared))?;
    match rows.value(0, "notification_channel") {
        Some(queue) if queue.starts_with("arn:") => Ok(queue.to_owned()),
        _ => Err(
            PipelineError::user(format!("pipe `{}` has no notification channel", pipe.name))
                .with_hint("only an account gives it one: ask one with `--target NAME`, after `snowmelt deploy --target NAME`")
                .at(declared.statement.place.clone()),
        ),
    }
}

fn not_deployed(error: TargetError, declared: &Declared) -> PipelineError {
    PipelineError::from_target(error)
        .with_hint("`snowmelt deploy --target NAME` makes it; then AWS can be told of it")
        .at(declared.statement.place.clone())
}

/// The value of a row of DESCRIBE by its property.
fn property_of(rows: &Rows, property: &str) -> Option<String> {
    let row = (0..rows.rows.len()).find(|row| {
        rows.value(*row, "property")
            .is_some_and(|name| name.eq_ignore_ascii_case(property))
    })?;
    rows.value(row, "property_value")
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

impl BucketNotification {
    /// The notification as S3's API takes it. Its ids begin with `snowmelt-`, so that it can be told from others.
    pub fn document(&self) -> Value {
        let queues: Vec<Value> = self
            .prefixes
            .iter()
            .map(|prefix| {
                let id = format!(
                    "snowmelt-{}",
                    prefix.trim_end_matches('/').replace('/', "-")
                );
                json!({
                    "Id": id.trim_end_matches('-'),
                    "QueueArn": self.queue_arn,
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": { "Key": { "FilterRules": [{ "Name": "prefix", "Value": prefix }] } }
                })
            })
            .collect();
        json!({ "QueueConfigurations": queues })
    }
}

impl AwsSide {
    /// As AWS CLI calls, for a shell.
    pub fn to_command_line(&self) -> String {
        command_line::write(self)
    }

    /// As Terraform resources of the AWS provider.
    pub fn to_terraform(&self) -> String {
        terraform::write(self)
    }
}

/// The name of a role by its ARN: `arn:aws:iam::123456789012:role/path/name`.
fn role_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The path of a role by its ARN: `/path/`, or `/`.
fn role_path(arn: &str) -> &str {
    let after = arn.split_once(":role").map_or("/", |(_, path)| path);
    &after[..after.rfind('/').map_or(0, |slash| slash + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> AwsSide {
        let raw = Location::parse("s3://my-bucket/raw/").unwrap();
        AwsSide {
            roles: vec![RoleSetup {
                integration: "S3_SHOP".to_owned(),
                role_arn: "arn:aws:iam::123456789012:role/snow/shop-loader".to_owned(),
                trust_policy: trust("arn:aws:iam::999:user/abc", "XY_SFCRole=2_x'y"),
                access_policy: access(&[raw]),
            }],
            notifications: vec![BucketNotification {
                bucket: "my-bucket".to_owned(),
                queue_arn: "arn:aws:sqs:us-east-1:999:sf-snowpipe-X".to_owned(),
                prefixes: vec!["raw/customers/".to_owned(), "raw/sales/".to_owned()],
            }],
        }
    }

    #[test]
    fn documents_as_aws_takes_them() {
        insta::assert_snapshot!(format!("{:#}", json!(shop())));
        insta::assert_snapshot!(format!("{:#}", shop().notifications[0].document()));
    }

    #[test]
    fn the_same_for_a_shell_and_for_terraform() {
        insta::assert_snapshot!(shop().to_command_line());
        insta::assert_snapshot!(shop().to_terraform());
    }

    #[test]
    fn prefixes_in_one_another_are_one_notification() {
        let prefixes = ["raw/", "raw/sales/", "other/a", "other/ab"].map(str::to_owned);
        assert_eq!(without_nested(prefixes.into()), ["other/a", "raw/"]);
    }
}
