namespace AudioOrleans.Gateway.Descriptions;

/// <summary>A request of the collection.</summary>
/// <param name="Operation">The operation that it demonstrates.</param>
/// <param name="Title">What it does; null for the operation's summary.</param>
/// <param name="Expects">The expected status; null for the operation's first success.</param>
/// <param name="Bearer">The variable whose token it sends.</param>
/// <param name="Prefix">A prefix for the variables that its response sets, so that they do not replace others.</param>
/// <param name="Body">Its body, if it is not the schema's example.</param>
/// <param name="File">The name of the requested file; null for the one that a playlist named.</param>
/// <param name="Query">Its query string, with the question mark.</param>
public sealed record PostmanStep(
    string Operation, string? Title = null, int? Expects = null, string Bearer = "access_token", string Prefix = "", string? Body = null, string Query = "", string? File = null);

/// <summary>
/// The order in which the collection shows the operations: a DJ's first day, then an admin's. It runs from top to bottom on a new platform.
/// </summary>
public static class PostmanSteps
{
    /// <summary>The steps, folder by folder.</summary>
    public static IReadOnlyList<(string Folder, IReadOnlyList<PostmanStep> Steps)> All { get; } =
    [
        ("Platform", [new("health.get"), new("health.get_liveness"), new("health.get_readiness"), new("keys.list")]),
        ("Account", [
            new("accounts.register"), new("accounts.log_in"), new("accounts.check_token"), new("accounts.refresh"),
            new("users.get_me"), new("users.get"), new("users.update"),
            new("credentials.change_password", Body: """{"current_password": "{{password}}", "new_password": "{{password}}"}"""),
            new("credentials.change_email", Body: """{"password": "{{password}}", "new_email": "new.{{email}}"}"""),
            new("accounts.request_verification", "Without a mail server, no verification mail is sent.", 409),
            new("accounts.verify_email", "A link that was not mailed is refused.", 400),
            new("accounts.request_reset", "Without a mail server, no reset mail is sent.", 409),
            new("accounts.reset_password", "A link that was not mailed is refused.", 400),
            new("credentials.begin_totp"),
            new("credentials.confirm_totp", "A code that the authenticator does not show is refused.", 400),
            new("credentials.renew_recovery_codes", "There are no recovery codes until the second factor is enabled.", 409),
            new("credentials.disable_totp", "A second factor that is not enabled cannot be disabled.", 409),
        ]),
        ("Sign-in with a provider", [
            new("sign_in.list"),
            new("sign_in.begin", "A provider that is off is not found.", 404), new("sign_in.finish", "The callback of a provider that is off is not found.", 404),
            new("identities.list"), new("identities.link", "A provider that is off cannot be linked.", 404),
            new("identities.unlink", "A provider that is not linked cannot be unlinked.", 404),
        ]),
        ("API keys", [new("api_keys.create"), new("api_keys.list"), new("api_keys.revoke")]),
        ("A stream", [
            new("streams.register"), new("streams.list"), new("streams.get"), new("streams.update"),
            new("live.get_playlist"), new("live.get_playlist.head"), new("live.get_segment"), new("live.get_segment.head"),
            new("live.get_mp3.head"), new("live.get_mp3_semicolon.head"), new("live.get_aac.head"),
            new("live.get_m3u.head"), new("live.get_m3u"), new("live.get_pls.head"), new("live.get_pls"), new("live.issue_token", Prefix: "media_"),
            new("streams.put_cover", "A file that is no picture is refused.", 422), new("streams.get_cover", "There is no cover.", 404), new("streams.delete_cover"),
            new("streams.get_cover_picture.head", "There is no cover.", 404), new("streams.get_cover_picture", "There is no cover.", 404),
            new("streams.put_listeners"), new("streams.get_listeners"),
            new("streams.get_status"), new("streams.get_history"), new("streams.get_timeline"), new("streams.beat", Bearer: "relay_token"),
        ]),
        ("Uploads and playlists", [
            new("uploads.upload"), new("uploads.list"), new("uploads.get"),
            new("uploads.get_hls.head", File: "manifest.m3u8"), new("uploads.get_hls", File: "manifest.m3u8"), new("uploads.get_original.head"), new("uploads.get_original"),
            new("uploads.get_waveform.head"), new("uploads.get_waveform"),
            new("uploads.get_art.head", "The file has no cover.", 404), new("uploads.get_art", "The file has no cover.", 404),
            new("uploads.put_cover", "A file that is no picture is refused.", 422), new("uploads.get_cover", "There is no cover.", 404), new("uploads.delete_cover"),
            new("uploads.get_cover_picture.head", "There is no cover.", 404), new("uploads.get_cover_picture", "There is no cover.", 404),
            new("uploads.issue_token", Prefix: "media_"),
            new("playlists.create"), new("playlists.list"), new("playlists.get"), new("playlists.update"), new("playlists.replace_tracks"),
            new("playlists.put_cover", "A file that is no picture is refused.", 422), new("playlists.get_cover", "There is no cover.", 404), new("playlists.delete_cover"),
            new("playlists.get_cover_picture.head", "There is no cover.", 404), new("playlists.get_cover_picture", "There is no cover.", 404),
            new("playlists.put_listeners"), new("playlists.get_listeners"),
            new("playlists.get_hls.head"), new("playlists.get_hls"), new("playlists.get_segment.head"), new("playlists.get_segment"),
            new("playlists.get_mp3.head"), new("playlists.get_mp3"), new("playlists.issue_token", Prefix: "media_"),
            new("uploads.delete", "An upload that a playlist uses cannot be deleted.", 409), new("playlists.delete"),
        ]),
        ("A podcast", [
            new("podcasts.create"), new("podcasts.list"), new("podcasts.update"),
            new("podcasts.create_episode", Body: """{"title": "The first evening", "upload_id": "{{upload_id}}", "chapters": [{"start_time": 0, "title": "Hello"}]}"""), new("podcasts.list_episodes"), new("podcasts.get_episode"), new("podcasts.update_episode", Body: """{"season": 1}"""),
            new("podcasts.put_chapters"), new("podcasts.get_chapters.head"), new("podcasts.get_chapters"),
            new("podcasts.put_transcript", "A transcript without text is refused.", 400), new("podcasts.get_transcript.head", "There is no transcript.", 404), new("podcasts.get_transcript", "There is no transcript.", 404),
            new("podcasts.delete_transcript"),
            new("podcasts.get"), new("podcasts.get_feed.head"), new("podcasts.get_feed"), new("podcasts.get_audio.head"), new("podcasts.get_audio"),
            new("podcasts.put_cover", "A file that is no picture is refused.", 422), new("podcasts.get_cover", "There is no cover.", 404), new("podcasts.delete_cover"),
            new("podcasts.get_cover_picture.head", "There is no cover.", 404), new("podcasts.get_cover_picture", "There is no cover.", 404),
            new("podcasts.put_episode_cover", "A file that is no picture is refused.", 422), new("podcasts.get_episode_cover", "There is no cover.", 404), new("podcasts.delete_episode_cover"),
            new("podcasts.get_episode_cover_picture.head", "There is no cover.", 404), new("podcasts.get_episode_cover_picture", "There is no cover.", 404),
            new("podcasts.put_listeners"), new("podcasts.get_listeners"),
            new("podcasts.issue_feed_token", Prefix: "private_"), new("podcasts.rotate_feed_token", Prefix: "private_"), new("podcasts.list_feed_tokens"),
            new("podcasts.revoke_feed_token", "An account without a private feed.", 404),
            new("podcasts.import", Body: """{"feed_url": "http://127.0.0.1:9/feed.xml"}"""), new("podcasts.get_import", "An import that does not exist is not found.", 404),
            new("podcasts.delete_episode"), new("podcasts.delete"), new("uploads.delete"),
        ]),
        ("Custom domains", [
            new("domains.add"), new("domains.list"), new("domains.get"), new("domains.verify"), new("domains.delete"),
        ]),
        ("Plans and subscriptions", [
            new("monetization.create_plan"), new("monetization.list_plans"), new("monetization.get_plan"), new("monetization.update_plan", Body: """{"price_cents": 599}"""),
            new("monetization.subscribe", "One's own plan needs no subscription.", 409, Body: """{"plan_id": "{{plan_id}}"}"""), new("monetization.list_subscriptions"),
            new("monetization.get_subscription", "A subscription that does not exist is not found.", 404), new("monetization.renew_subscription", "A subscription that does not exist cannot be renewed.", 404),
            new("monetization.cancel_subscription", "A subscription that does not exist cannot be canceled.", 404), new("monetization.list_invoices"), new("monetization.delete_plan"),
        ]),
        ("Admin", [
            new("accounts.log_in", "Logs an admin in.", Prefix: "admin_", Body: """{"email": "{{admin_email}}", "password": "{{admin_password}}"}"""),
            new("users.list", Bearer: "admin_access_token"),
            new("users.add", Bearer: "admin_access_token", Prefix: "other_", Body: """{"email": "other.{{email}}", "password": "{{password}}", "role": "listener"}"""),
            new("audit.list", Bearer: "admin_access_token"), new("nodes.list", Bearer: "admin_access_token"),
            new("jobs.stats", Bearer: "admin_access_token"), new("jobs.peek", Bearer: "admin_access_token", Query: "?queue=uploads"),
            new("jobs.retry", "A job that does not exist cannot be retried.", 404, "admin_access_token"),
            new("jobs.cancel", "A job that does not exist cannot be cancelled.", 404, "admin_access_token"),
            new("jobs.purge", Bearer: "admin_access_token"), new("metrics.get", Bearer: "admin_access_token"),
            new("keys.rotate", Bearer: "admin_access_token"),
        ]),
        ("The end", [new("streams.delete"), new("credentials.log_out_everywhere"), new("accounts.log_out")]),
    ];

    /// <summary>Operations that are left out: endless responses, which are for players and pages, and tus, which has its own clients.</summary>
    public static IReadOnlyList<string> LeftOut { get; } =
    [
        "live.get_mp3", "live.get_mp3_semicolon", "live.get_aac", "streams.get_events",
        "tus.create", "tus.get_offset.head", "tus.append", "tus.terminate", "tus.override",
    ];
}
