/**
 * Configuration: {@link dev.convoy.driver.config.Keys} defines every {@link
 * dev.convoy.driver.config.Key} with its default, unit and range; {@link
 * dev.convoy.driver.config.Settings} layers the command line over {@code --set}, {@code --conf} and
 * {@code conf/convoy.conf}, and collects all faults. Commands turn settings into plans at once and
 * do not keep them.
 */
package dev.convoy.driver.config;
