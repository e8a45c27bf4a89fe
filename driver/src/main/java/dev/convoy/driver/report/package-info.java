/**
 * Text output of the commands: tables and sentences for reports, and the console they are written
 * to.
 */
package dev.convoy.driver.report;
