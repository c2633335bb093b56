/// What `detail-type` says of the services whose events concern what Flux reads: Amazon ECR
/// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html>), AWS CodeCommit
/// (<https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html>) and Amazon S3
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>).
pub(crate) const EVENTS: &[&str] = &[
    "CodeCommit Comment on Commit",
    "CodeCommit Comment on Pull Request",
    "CodeCommit Pull Request State Change",
    REPOSITORY,
    "ECR Image Action",
    "ECR Image Scan",
    "ECR Pull Through Cache Action",
    "ECR Referrer Action",
    "ECR Replication Action",
    "Object Created",
    "Object Deleted",
];

/// A ref was created, updated or deleted.
pub(crate) const REPOSITORY: &str = "CodeCommit Repository State Change";
