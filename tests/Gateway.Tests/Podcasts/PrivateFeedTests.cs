using System.Net;
using System.Net.Http.Json;
using System.Xml.Linq;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Feeds;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Podcasts;

/// <summary>Paywalled shows: the public feed, the previews, and the feeds of subscribers.</summary>
public sealed class PrivateFeedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Everybody_reads_the_feed_of_a_paywalled_show_and_nobody_its_audio()
    {
        var show = await Show.AddAsync(new { monetization_enabled = true });
        using var response = await show.Shared.Platform.Client.GetAsync(show.Feed);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(FeedValidator.Check(await response.Content.ReadAsByteArrayAsync()));
        using var refused = await show.Shared.Platform.Client.GetAsync(show.Audio);
        Assert.True((bool)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["subscription_required"]!);
        using var own = await show.Shared.Dj.Client.GetAsync(show.Audio);
        Assert.Equal((HttpStatusCode.OK, true), (own.StatusCode, own.Headers.CacheControl!.Private));
    }

    [Fact]
    public async Task A_preview_is_the_beginning_of_the_audio()
    {
        var show = await Show.AddAsync(new { monetization_enabled = true, preview_seconds = 3 });
        var whole = await show.Shared.Dj.Client.GetByteArrayAsync(show.Audio);
        using var response = await show.Shared.Platform.Client.GetAsync(show.Audio);
        var preview = await response.Content.ReadAsByteArrayAsync();
        Assert.InRange(preview.Length, whole.Length / 3, whole.Length / 2);
        Assert.Equal(whole[..preview.Length], preview);
        Assert.True(response.Headers.CacheControl!.NoStore);
        await show.Shared.Dj.PatchAsync($"/v1/podcasts/{show.Podcast}", new { preview_seconds = 0 });
        using var refused = await show.Shared.Platform.Client.GetAsync(show.Audio);
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task In_a_subscribers_feed_addresses_are_signed_and_valid_while_they_have_access()
    {
        var show = await Show.AddAsync(new { monetization_enabled = true });
        using var subscriber = await Dj.RegisterAsync(show.Shared.Platform, "listener");
        await show.InviteAsync(subscriber);
        var feed = await show.TokenFeedAsync(subscriber);
        var audio = await show.SignedAsync(feed);
        Assert.NotEqual(show.Audio.ToString(), audio.PathAndQuery);
        // Without any header, as podcast apps do.
        Assert.Equal(await show.Shared.Dj.Client.GetByteArrayAsync(show.Audio), await show.Shared.Platform.Client.GetByteArrayAsync(audio));
        foreach (var forged in new[] { audio.ToString().Replace("signature=", "signature=0", StringComparison.Ordinal), audio.ToString().Replace("expires=1", "expires=2", StringComparison.Ordinal) })
        {
            using var refused = await show.Shared.Platform.Client.GetAsync(new Uri(forged));
            await refused.ProblemAsync(HttpStatusCode.Forbidden);
        }
        // What is signed for one episode opens no other.
        var other = await show.Shared.Dj.AddEpisodeAsync(show.Podcast, new { title = "Other", upload_id = show.Upload });
        using var elsewhere = await show.Shared.Platform.Client.GetAsync(new Uri(audio.ToString().Replace(show.Episode.ToString(), other.ToString(), StringComparison.Ordinal)));
        await elsewhere.ProblemAsync(HttpStatusCode.Forbidden);
        await show.InviteAsync();
        await Eventually.That(async () => await StatusAsync(show, audio) == HttpStatusCode.Forbidden, Soon, "the access is gone");
    }

    [Fact]
    public async Task The_tag_of_a_subscribers_feed_is_that_of_what_it_says()
    {
        var show = await Show.AddAsync(new { monetization_enabled = true });
        using var subscriber = await Dj.RegisterAsync(show.Shared.Platform, "listener");
        await show.InviteAsync(subscriber);
        var feed = await show.TokenFeedAsync(subscriber);
        using var open = await show.Shared.Platform.Client.GetAsync(show.Feed);
        using var signed = await show.Shared.Platform.Client.GetAsync(feed);
        Assert.Equal((open.Headers.ETag, true), (signed.Headers.ETag, signed.Headers.CacheControl!.Private));
        using var again = new HttpRequestMessage(HttpMethod.Get, feed);
        again.Headers.IfNoneMatch.Add(signed.Headers.ETag!);
        using var unchanged = await show.Shared.Platform.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(FeedValidator.Check(await signed.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task An_address_that_has_expired_is_answered_by_a_fresh_one_while_its_token_lives()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Media__SignedLifetime"] = "00:00:01" });
        using var dj = await Dj.RegisterAsync(platform);
        var podcast = await dj.AddPodcastAsync(new { monetization_enabled = true });
        var upload = await dj.AddUploadAsync(await Pieces.Mp3Async("Expiring"));
        var show = new Show(platform, dj, podcast, upload, await dj.AddEpisodeAsync(podcast, new { upload_id = upload }));
        using var subscriber = await Dj.RegisterAsync(platform, "listener");
        await show.InviteAsync(subscriber);
        var audio = await show.SignedAsync(await show.TokenFeedAsync(subscriber));
        HttpResponseMessage? redirected = null;
        await Eventually.That(async () => (redirected = await platform.Client.GetAsync(audio)).StatusCode == HttpStatusCode.Redirect, Soon, "the address has expired");
        using var fresh = await platform.Client.GetAsync(new Uri(audio, redirected!.Headers.Location!));
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
        redirected.Dispose();
        using var revoked = await dj.Client.DeleteAsync(new Uri($"/v1/podcasts/{podcast}/feed-tokens/{await subscriber.IdAsync()}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        await Eventually.That(async () => await StatusAsync(show, audio) == HttpStatusCode.Forbidden, TimeSpan.FromSeconds(2), "the token is dead");
    }

    [Fact]
    public async Task A_token_is_the_same_until_it_is_rotated_and_its_use_shows()
    {
        var show = await Show.AddAsync(new { visibility = "private" });
        using var subscriber = await Dj.RegisterAsync(show.Shared.Platform, "listener");
        using (var stranger = await subscriber.Client.PostAsync(new Uri($"/v1/podcasts/{show.Podcast}/feed-token", UriKind.Relative), null))
            await stranger.ProblemAsync(HttpStatusCode.NotFound);
        await show.InviteAsync(subscriber);
        var feed = await show.TokenFeedAsync(subscriber);
        Assert.Equal(feed, await show.TokenFeedAsync(subscriber));
        using (var request = new HttpRequestMessage(HttpMethod.Get, feed))
        {
            request.Headers.UserAgent.ParseAdd("AntennaPod/3.4");
            using var read = await show.Shared.Platform.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }
        await Eventually.That(
            async () => (await show.Shared.Dj.GetAsync($"/v1/podcasts/{show.Podcast}/feed-tokens"))["items"]!.AsArray().Single() is { } use && use["networks"]!.AsArray().Count > 0
                && (string)use["networks"]![0]! == "127.0.0.0/24" && (string)use["apps"]![0]! == "AntennaPod" && use["last_used_at"] is not null,
            Soon, "the use is shown");
        var rotated = await show.TokenFeedAsync(subscriber, "/rotate");
        Assert.NotEqual(feed, rotated);
        await Eventually.That(async () => await StatusAsync(show, feed) == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(2), "the old address is dead");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(show, rotated));
        using var notOwner = await subscriber.Client.GetAsync(new Uri($"/v1/podcasts/{show.Podcast}/feed-tokens", UriKind.Relative));
        await notOwner.ProblemAsync(HttpStatusCode.Forbidden);
    }

    private static async Task<HttpStatusCode> StatusAsync(Show show, Uri address)
    {
        using var response = await show.Platform.Client.GetAsync(address);
        return response.StatusCode;
    }

    private sealed record Show(PlatformProcess Platform, Dj Dj, Guid Podcast, Guid Upload, Guid Episode)
    {
        public Uri Feed => new($"/v1/podcasts/{Podcast}/rss.xml", UriKind.Relative);

        public Uri Audio => new($"/v1/podcasts/{Podcast}/episodes/{Episode}/audio.mp3", UriKind.Relative);

        public (PlatformProcess Platform, Dj Dj) Shared => (Platform, Dj);

        public static async Task<Show> AddAsync(object podcast)
        {
            var shared = await SharedPlatform.GetAsync();
            var id = await shared.Dj.AddPodcastAsync(podcast);
            var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Paid"));
            return new Show(shared.Platform, shared.Dj, id, upload, await shared.Dj.AddEpisodeAsync(id, new { upload_id = upload }));
        }

        public async Task InviteAsync(params Dj[] listeners)
        {
            var ids = await Task.WhenAll(listeners.Select(listener => listener.IdAsync()));
            using var response = await Dj.Client.PutAsJsonAsync($"/v1/podcasts/{Podcast}/listeners", new { account_ids = ids });
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        public async Task<Uri> TokenFeedAsync(Dj subscriber, string path = "")
        {
            using var response = await subscriber.Client.PostAsync(new Uri($"/v1/podcasts/{Podcast}/feed-token{path}", UriKind.Relative), null);
            return new Uri((string)(await response.JsonAsync(HttpStatusCode.OK))["rss_feed_url"]!);
        }

        public async Task<Uri> SignedAsync(Uri feed) =>
            new(XDocument.Parse(await Platform.Client.GetStringAsync(feed)).Descendants("enclosure").Last().Attribute("url")!.Value);
    }
}
