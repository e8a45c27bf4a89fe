/**
 * Configuration: every {@link dev.convoy.driver.config.Key} with its default, unit and range stands
 * in {@link dev.convoy.driver.config.Keys}; {@link dev.convoy.driver.config.Settings} layers the
 * command line over {@code --set}, {@code --conf} and {@code conf/convoy.conf}, and collects all
 * faults. Plans are made from settings at once; nobody keeps the settings.
 */
package dev.convoy.driver.config;
