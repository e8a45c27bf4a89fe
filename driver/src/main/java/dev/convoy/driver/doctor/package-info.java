/**
 * Checks of a machine or cluster: {@link dev.convoy.driver.doctor.Doctor} examines the driver and
 * every executor and returns a {@link dev.convoy.driver.doctor.Diagnosis}.
 */
package dev.convoy.driver.doctor;
