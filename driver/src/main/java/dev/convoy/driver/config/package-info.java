/**
 * Configuration: {@link dev.convoy.driver.config.Keys} defines every {@link
 * dev.convoy.driver.config.Key} with its default, unit and range; {@link
 * dev.convoy.driver.config.Settings} layers the command line over {@code --set}, {@code --conf} and
 * {@code conf/convoy.conf}, and collects all faults. {@link dev.convoy.driver.config.TrainPlans}
 * and {@link dev.convoy.driver.config.PreparePlans} turn settings into plans at once, and nobody
 * keeps the settings. {@link dev.convoy.driver.config.NetworkLocator} finds networks by their
 * names.
 */
package dev.convoy.driver.config;
