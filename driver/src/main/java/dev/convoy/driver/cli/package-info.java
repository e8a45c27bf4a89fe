/**
 * The command line: {@link dev.convoy.driver.cli.Main} and one class for each command. A command
 * reads its options into a plan, lets the plan be carried out, and shows the report.
 */
package dev.convoy.driver.cli;
