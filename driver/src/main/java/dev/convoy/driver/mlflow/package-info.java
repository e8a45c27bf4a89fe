/**
 * Runs on an MLflow server. {@link MlflowTracker} listens to the training and sends on a thread of
 * its own; {@link MlflowRun} holds what the server is told of one run, {@link MlflowServer} its
 * REST interface 2.0.
 *
 * <p>Rounds and epochs are numbered as their lines in {@code metrics.jsonl}. The server's tag
 * {@value MlflowRun#SENT} holds how many of them it has. So nothing is sent twice or left out,
 * whichever side was away: what the server lacks is read from {@code metrics.jsonl}.
 */
package dev.convoy.driver.mlflow;
