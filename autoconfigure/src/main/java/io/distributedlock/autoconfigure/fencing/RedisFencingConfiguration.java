package io.distributedlock.autoconfigure.fencing;

import io.distributedlock.fencing.FencingRejections;
import io.distributedlock.fencing.RedisFencedValues;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * Fenced values on the application's Redis, whatever provider grants the locks.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(StringRedisTemplate.class)
@ConditionalOnSingleCandidate(StringRedisTemplate.class)
class RedisFencingConfiguration {

	@Bean
	@Lazy
	@ConditionalOnMissingBean
	RedisFencedValues redisFencedValues(StringRedisTemplate redis, FencingRejections rejections) {
		return new RedisFencedValues(redis, rejections);
	}

}
