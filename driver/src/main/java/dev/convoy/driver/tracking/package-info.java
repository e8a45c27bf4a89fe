/** What a run tells other tools: event files for TensorBoard. */
package dev.convoy.driver.tracking;
