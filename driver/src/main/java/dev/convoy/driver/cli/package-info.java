/**
 * The command line: {@link dev.convoy.driver.cli.Main} and one class for each command. A command
 * reads its options into a plan, runs the plan, and prints the report.
 */
package dev.convoy.driver.cli;
