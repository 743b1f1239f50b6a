using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Live;

public sealed class MediaTokenTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_media_token_gives_players_without_headers_access_to_one_stream()
    {
        var shared = await SharedPlatform.GetAsync();
        var hidden = await AddHiddenAsync(shared);
        var other = await AddHiddenAsync(shared);
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        var media = await IssueAsync(listener, hidden);
        Assert.Equal(3600, (int)media["expires_in"]!);
        foreach (var kind in new[] { "mp3", "hls" })
        {
            using var heard = await GetAsync(shared, (string)media["stream_urls"]![kind]!);
            Assert.Equal(HttpStatusCode.OK, heard.StatusCode);
        }
        var token = (string)media["token"]!;
        var playlist = await shared.Platform.Client.GetStringAsync(new Uri((string)media["stream_urls"]!["hls"]!, UriKind.Relative));
        var segment = playlist.Split('\n').First(line => line.EndsWith($"?token={token}", StringComparison.Ordinal));
        using var piece = await GetAsync(shared, $"/v1/streams/{hidden}/{segment}");
        Assert.Equal(HttpStatusCode.OK, piece.StatusCode);
        using var events = await GetAsync(shared, $"/v1/streams/{hidden}/events?token={token}");
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);

        using var elsewhere = await GetAsync(shared, $"/v1/streams/{other}/live.mp3?token={token}");
        await elsewhere.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_media_token_is_not_an_access_token_and_an_access_token_is_not_a_media_token()
    {
        var shared = await SharedPlatform.GetAsync();
        var hidden = await AddHiddenAsync(shared);
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        var token = (string)(await IssueAsync(listener, hidden))["token"]!;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/streams/{hidden}/status");
        request.Headers.Authorization = new("Bearer", token);
        using var asAccess = await shared.Platform.Client.SendAsync(request);
        await asAccess.ProblemAsync(HttpStatusCode.Unauthorized);
        // URLs end up in logs and browser histories, so a URL must not contain an access token.
        using var inAddress = await GetAsync(shared, $"/v1/streams/{hidden}/live.mp3?token={(string)listener.Tokens["access_token"]!}");
        await inAddress.ProblemAsync(HttpStatusCode.Unauthorized);
        using var elsewhere = await GetAsync(shared, $"/v1/users/me?token={token}");
        await elsewhere.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_ids_in_a_media_token_cannot_be_used_to_end_a_session()
    {
        var shared = await SharedPlatform.GetAsync();
        var hidden = await AddHiddenAsync(shared);
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        var payload = ((string)(await IssueAsync(listener, hidden))["token"]!).Split('.')[1];
        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload))!;
        byte[] forged = [.. ((Guid)claims["sub"]!).ToByteArray(), .. ((Guid)claims["sid"]!).ToByteArray(), .. new byte[32]];
        var refreshToken = System.Buffers.Text.Base64Url.EncodeToString(forged);
        using var logout = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/logout", new { refresh_token = refreshToken });
        using var refresh = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = refreshToken });
        await refresh.ProblemAsync(HttpStatusCode.Unauthorized);
        await listener.IdAsync();
    }

    [Fact]
    public async Task A_media_token_ends_with_the_session_that_created_it()
    {
        var shared = await SharedPlatform.GetAsync();
        var hidden = await AddHiddenAsync(shared);
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        var url = (string)(await IssueAsync(listener, hidden))["stream_urls"]!["mp3"]!;
        using var logout = await listener.Client.PostAsJsonAsync("/v1/auth/logout", new { refresh_token = (string)listener.Tokens["refresh_token"]! });
        using var refused = await GetAsync(shared, url);
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_media_token_created_with_an_API_key_ends_with_the_key()
    {
        var shared = await SharedPlatform.GetAsync();
        var hidden = await AddHiddenAsync(shared);
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using var made = await listener.Client.PostAsJsonAsync("/v1/api-keys", new { name = "player", scopes = new[] { "streams:read" } });
        var key = await made.JsonAsync(HttpStatusCode.Created);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/streams/{hidden}/media-token") { Content = JsonContent.Create(new { expires_in = 120 }) };
        request.Headers.Add("X-Api-Key", (string)key["api_key"]!);
        using var issued = await shared.Platform.Client.SendAsync(request);
        var url = (string)(await issued.JsonAsync(HttpStatusCode.Created))["stream_urls"]!["mp3"]!;
        using (var heard = await GetAsync(shared, url))
            Assert.Equal(HttpStatusCode.OK, heard.StatusCode);
        using var revoked = await listener.Client.DeleteAsync(new Uri($"/v1/api-keys/{(string)key["key_id"]!}", UriKind.Relative));
        using var refused = await GetAsync(shared, url);
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(59)]
    [InlineData(43201)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public async Task A_media_token_is_valid_for_one_minute_to_twelve_hours(int seconds)
    {
        var shared = await SharedPlatform.GetAsync();
        using var refused = await shared.Dj.Client.PostAsJsonAsync($"/v1/streams/{Guid.NewGuid()}/media-token", new { expires_in = seconds });
        Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["expires_in"]);
    }

    [Fact]
    public async Task A_caller_without_access_to_a_stream_gets_no_media_token_for_it()
    {
        var shared = await SharedPlatform.GetAsync();
        var paid = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { monetization_enabled = true });
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using var refused = await listener.Client.PostAsJsonAsync($"/v1/streams/{paid}/media-token", new { });
        Assert.True((bool)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["subscription_required"]!);
        using var unknown = await listener.Client.PostAsJsonAsync($"/v1/streams/{Guid.NewGuid()}/media-token", new { });
        await unknown.ProblemAsync(HttpStatusCode.NotFound);
        using var nobody = await shared.Platform.Client.PostAsJsonAsync($"/v1/streams/{paid}/media-token", new { });
        await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    private static async Task<Guid> AddHiddenAsync(SharedPlatform shared)
    {
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility = "members" });
        await shared.Dj.UntilAsync(id, "live", Deadline);
        return id;
    }

    private static async Task<JsonObject> IssueAsync(Dj listener, Guid streamId)
    {
        using var issued = await listener.Client.PostAsJsonAsync($"/v1/streams/{streamId}/media-token", new { });
        return await issued.JsonAsync(HttpStatusCode.Created);
    }

    private static Task<HttpResponseMessage> GetAsync(SharedPlatform shared, string path) =>
        shared.Platform.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
}
