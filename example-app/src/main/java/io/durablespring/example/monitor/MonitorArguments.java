package io.durablespring.example.monitor;

import java.net.URI;
import java.time.Duration;
import java.util.Set;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * What {@code --monitor.*} asks for.
 *
 * @param url the address to watch
 * @param interval the time between two looks
 * @param patience how long to watch at most
 * @param exit whether to exit afterwards
 */
@ConfigurationProperties("monitor")
record MonitorArguments(URI url, @DefaultValue("5s") Duration interval, @DefaultValue("5m") Duration patience,
		boolean exit) {

	MonitorArguments {
		Assert.notNull(url, "monitor.url is missing: name the address to watch");
		Assert.isTrue(Set.of("http", "https").contains(String.valueOf(url.getScheme())),
				() -> "monitor.url does not begin with http:// or https://: " + url);
		Assert.isTrue(interval.compareTo(Duration.ZERO) > 0,
				() -> "monitor.interval must be more than nothing but is " + interval);
	}

}
