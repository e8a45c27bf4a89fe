/** What a run tells other tools: event files for TensorBoard, and what an MLflow server is sent. */
package dev.convoy.driver.tracking;
