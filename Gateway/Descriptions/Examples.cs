using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>
/// Adds to requests the example that their type declares, and to every other field one by its name: a field means the same everywhere.
/// </summary>
public sealed class Examples : ISchemaFilter
{
    /// <summary>An id in the format of all ids: UUID version 7 (RFC 9562).</summary>
    public const string Id = "01900000-0000-7000-8000-000000000001";

    private const string Time = "2026-11-21T05:54:06.282Z";
    private const string Jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMTkwIn0.c2lnbmF0dXJl";

    private static readonly Dictionary<string, JsonNode> ByName = new()
    {
        ["email"] = "dj@example.org",
        ["name"] = "Night Shift",
        ["access_token"] = Jwt,
        ["refresh_token"] = "AQAAAAAAAAAAAAAAAAAAAA",
        ["token"] = Jwt,
        ["password"] = "correct horse 1!",
        ["current_password"] = "correct horse 1!",
        ["new_password"] = "correct horse 2!",
        ["new_email"] = "night.shift@example.org",
        ["code"] = "287082",
        ["custom_domain"] = "podcast.example.org",
        ["verification_status"] = "pending",
        ["verification_reason"] = "There is no TXT record _audio-challenge.podcast.example.org.",
        ["dns_challenge_record"] = "audio-domain=q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
        ["dns_challenge_name"] = "_audio-challenge.podcast.example.org",
        ["cname_target"] = "feeds.radio.example.org",
        ["tls_status"] = "none",
        ["tls_reason"] = "A certificate is requested once the domain is verified.",
        ["certificate_expires_at"] = Time,
        ["next_attempt_at"] = Time,
        ["verified_at"] = Time,
        ["checked_at"] = Time,
        ["plan_name"] = "Members",
        ["price_cents"] = 499,
        ["amount_cents"] = 499,
        ["currency"] = "EUR",
        ["billing_interval"] = "month",
        ["features"] = new JsonArray("No ads"),
        ["covers"] = new JsonArray(),
        ["trial_days"] = 7,
        ["stripe_product_id"] = "test_prod",
        ["stripe_price_id"] = "test_price",
        ["stripe_subscription_id"] = "test_sub",
        ["retired"] = false,
        ["entitled"] = true,
        ["entitled_until"] = Time,
        ["payment_method"] = "pm_card_visa",
        ["period_start"] = Time,
        ["period_end"] = Time,
        ["ends_at"] = Time,
        ["paid_at"] = Time,
        ["stream_key"] = "listen:to the source",
        ["token_type"] = "Bearer",
        ["expires_in"] = 86400,
        ["relay_token"] = "q83vEjRWeJCrze8SNFZ4kA",
        ["status"] = "ok",
        ["role"] = "dj",
        ["api_key"] = "ao_AQAAAAAAAAAAAAAAAAAAAA",
        ["prefix"] = "ao_AQAAAAAAA",
        ["scopes"] = new JsonArray("streams:read", "streams:write"),
        ["updated_fields"] = new JsonArray("name"),
        ["recovery_codes"] = new JsonArray("mfzw-kidi-mnqw-4zlt"),
        ["otpauth_uri"] = "otpauth://totp/Audio.Orleans:dj%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Audio.Orleans",
        ["provider"] = "github",
        ["url"] = "/v1/auth/oauth/github",
        ["authorization_url"] = "https://github.com/login/oauth/authorize?response_type=code&client_id=Iv1.8a61f9b3a7aba766",
        ["genre"] = "Ambient",
        ["description"] = "Slow music for late hours.",
        ["shoutcast_url"] = "http://icecast.example.org:8000",
        ["mount"] = "/live",
        ["hls"] = $"/v1/streams/{Id}/live.m3u8",
        ["mp3"] = $"/v1/streams/{Id}/live.mp3",
        ["current_track"] = "Artist - Title",
        ["bitrate"] = "128kbps",
        ["codec"] = "mp3",
        ["listeners"] = 42,
        ["uptime"] = "2h 14m",
        ["uptime_seconds"] = 8040,
        ["node"] = "node-1",
        ["relays"] = 120,
        ["cores"] = 8,
        ["cpu_share"] = 0.12,
        ["memory_share"] = 0.34,
        ["title"] = "Artist - Title",
        ["kind"] = "live",
        ["reason"] = "unreachable",
        ["account_ids"] = new JsonArray(Id, "friend@example.org"),
        ["metadata_charset"] = "windows-1251",
        ["dependencies"] = new JsonObject { ["database"] = "ok", ["objects"] = "ok" },
        ["cursor"] = "NjM5",
        ["next_cursor"] = "NjM5",
        ["cpu_usage"] = 1.5,
        ["actor_kind"] = "account",
        ["action"] = "streams.update",
        ["resource"] = $"stream/{Id}",
        ["detail"] = "name, genre",
        ["address"] = "203.0.113.7",
        ["request_id"] = "0HNQ7LFBKOARJ:00000001",
        ["queue"] = "uploads",
        ["job_kind"] = "upload.process",
        ["subject"] = $"upload/{Id}",
        ["priority"] = 0,
        ["attempts"] = 1,
        ["max_attempts"] = 5,
        ["progress"] = 42,
        ["worker"] = "node-1/4711",
        ["last_error"] = "The worker was lost",
        ["waiting"] = 12,
        ["running"] = 2,
        ["done_last_hour"] = 340,
        ["dead"] = 1,
        ["oldest_waiting_seconds"] = 7.5,
        ["purged"] = 3,
        ["confirm"] = "purge",
        ["storage_url"] = $"/v1/uploads/audio/{Id}/original.mp3",
        ["hls_manifest_url"] = $"/v1/uploads/audio/{Id}/hls/manifest.m3u8",
        ["waveform_url"] = $"/v1/uploads/audio/{Id}/waveform.json",
        ["art_url"] = $"/v1/uploads/audio/{Id}/art",
        ["file_name"] = "night.mp3",
        ["format"] = "mp3",
        ["size_bytes"] = 57_601_088,
        ["artist"] = "Artist",
        ["album"] = "Album",
        ["duration_seconds"] = 3600.032,
        ["loudness_lufs"] = -16.2,
        ["warning"] = "The file should play for 245 seconds, but plays for 180: it may have been cut off.",
        ["error_message"] = "The file contains no audio that can be played; it may be empty, cut off or damaged.",
        ["error"] = "The address answered 404; expected 200.",
        ["file"] = "song.mp3",
        ["track_count"] = 12,
        ["plays"] = 340,
        ["guid"] = "9b024349-ccf0-5f69-a609-6b82873eab3c",
        ["language"] = "en",
        ["author"] = "DJ Example",
        ["owner_email"] = "dj@example.org",
        ["link"] = "https://example.org/",
        ["image_url"] = "https://example.org/cover.jpg",
        ["img"] = "https://example.org/cover.jpg",
        ["categories"] = new JsonArray("Music / Music History"),
        ["medium"] = "podcast",
        ["copyright"] = "DJ Example 2026",
        ["preview_seconds"] = 60,
        ["text"] = "Support the show",
        ["episode_count"] = 12,
        ["episodes_cursor"] = "NjM5",
        ["rss_feed_url"] = $"/v1/podcasts/{Id}/rss.xml",
        ["feed_url"] = "https://example.org/feed.xml",
        ["feed_token"] = "c556daae88b54997a5ba8503669a036f5d52dabffccea642224a8c3e24cb6da495562ae18bfbf0d8a7111a15b93eadd2",
        ["media_url"] = "https://media.example.org/1.mp3",
        ["media_error"] = "The file contains no audio that can be played; it may be empty, cut off or damaged.",
        ["audio_url"] = $"/v1/podcasts/{Id}/episodes/{Id}/audio.mp3",
        ["transcript_url"] = "https://example.org/1.vtt",
        ["episode_number"] = 1,
        ["season"] = 2,
        ["start_time"] = 61.5,
        ["end_time"] = 120,
        ["group"] = "cast",
        ["content_type"] = "text/vtt",
        ["networks"] = new JsonArray("203.0.113.0/24"),
        ["apps"] = new JsonArray("AntennaPod"),
        ["slug"] = "late-hours",
        ["cover_url"] = $"/v1/podcasts/{Id}/cover/600.jpg?v=01990c1e7d5a7c3e9b0a3f6a5a0b1c2d",
        ["size"] = 600,
        ["pixels"] = 600,
        ["jpg"] = $"/v1/podcasts/{Id}/cover/600.jpg?v=01990c1e7d5a7c3e9b0a3f6a5a0b1c2d",
        ["webp"] = $"/v1/podcasts/{Id}/cover/600.webp?v=01990c1e7d5a7c3e9b0a3f6a5a0b1c2d",
        ["kty"] = "RSA",
        ["use"] = "sig",
        ["alg"] = "RS256",
        ["kid"] = "prZiPwrvX2jQPk8Y",
        ["n"] = "xkcw_bfopG2tG84Z",
        ["e"] = "AQAB",
    };

    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema described)
            return;
        if (context.Type.GetCustomAttribute<ExampleAttribute>() is { } example)
            described.Examples = [JsonNode.Parse(example.Json)!];
        foreach (var (name, property) in described.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (property is OpenApiSchema { Examples: null or [] } field && For(name, field) is { } value)
                field.Examples = [value];
        }
    }

    private static JsonNode? For(string name, OpenApiSchema field)
    {
        if (ByName.TryGetValue(name, out var known))
            return known.DeepClone();
        return (field.Type & ~JsonSchemaType.Null, field.Format) switch
        {
            (JsonSchemaType.String, "uuid") => Id,
            (JsonSchemaType.String, "date-time") => Time,
            (JsonSchemaType.Boolean, _) => true,
            _ => null,
        };
    }
}

/// <summary>An example of a request's body.</summary>
/// <param name="json">The JSON body.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ExampleAttribute(string json) : Attribute
{
    /// <summary>The JSON body.</summary>
    public string Json { get; } = json;
}
