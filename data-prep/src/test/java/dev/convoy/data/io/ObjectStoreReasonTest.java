package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class ObjectStoreReasonTest {
  private static String told(String message) {
    return ObjectStoreReason.describe(message).orElseThrow();
  }

  @Test
  void anEndpointThatDoesNotAnswerIsNamedWithItsKey() {
    assertThat(
            told(
                "getFileStatus on s3a://lake/data: com.amazonaws.SdkClientException: Unable to"
                    + " execute HTTP request: Connect to 127.0.0.1:18098 [/127.0.0.1] failed:"
                    + " Connection refused: Unable to execute HTTP request: Connect to"
                    + " 127.0.0.1:18098 [/127.0.0.1] failed: Connection refused"))
        .startsWith("the endpoint 127.0.0.1:18098 does not answer: Connection refused (")
        .contains("spark.hadoop.fs.s3a.endpoint");
    assertThat(
            told(
                "getFileStatus on s3a://lake/data: com.amazonaws.SdkClientException: Unable to"
                    + " execute HTTP request: lake.store.example: Name or service not known"))
        .startsWith("there is no host lake.store.example (");
  }

  @Test
  void refusedCredentialsAndTheirLackNameTheKeys() {
    assertThat(
            told(
                "s3a://lake/data: getFileStatus on s3a://lake/data:"
                    + " com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service:"
                    + " Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: X)"))
        .startsWith("the store refuses access: status 403, 403 Forbidden (check")
        .contains("spark.hadoop.fs.s3a.secret.key");
    assertThat(
            told(
                "lake: org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials"
                    + " provided by TemporaryAWSCredentialsProvider"))
        .startsWith("there are no credentials (set spark.hadoop.fs.s3a.access.key");
  }

  @Test
  void aPathThatTheStoreRefusesIsToldWithTheKeysAndNotAsAFileOfThisMachine() {
    AccessDeniedException denied =
        new AccessDeniedException(
            "s3a://lake/data",
            null,
            "getFileStatus: AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403;"
                + " Error Code: 403 Forbidden; Request ID: X)");
    assertThat(IoReason.describe("s3a://lake/data", denied)).startsWith("the store refuses access");
    assertThat(IoReason.remedy("look for", denied)).isEmpty();
    assertThat(IoReason.describe("/data", new AccessDeniedException("/data")))
        .isEqualTo("permission denied");
  }

  @Test
  void aBucketThatIsNotThereIsNamed() {
    assertThat(
            told(
                "`s3a://nolake/data': getFileStatus on s3a://nolake/data:"
                    + " com.amazonaws.services.s3.model.AmazonS3Exception: The specified bucket"
                    + " does not exist (Service: Amazon S3; Status Code: 404; Error Code:"
                    + " NoSuchBucket; Request ID: X)"))
        .startsWith("there is no bucket nolake: status 404, NoSuchBucket (");
  }

  @Test
  void otherMessagesStayAsTheyAre() {
    assertThat(ObjectStoreReason.describe("No space left on device")).isEmpty();
    assertThat(ObjectStoreReason.describe("null")).isEmpty();
  }
}
