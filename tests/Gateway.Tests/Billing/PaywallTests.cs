using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Billing;

/// <summary>What a subscription opens, in the sandbox.</summary>
public sealed class PaywallTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly Uri Subscriptions = new("/v1/monetization/subscriptions", UriKind.Relative);

    [Fact]
    public async Task A_listener_is_refused_subscribes_and_hears_everything_of_the_dj()
    {
        var scene = await Scene.SetAsync();
        using var listener = await Dj.RegisterAsync(scene.Platform, "listener");
        foreach (var media in scene.Media)
        {
            var problem = await RefusedAsync(listener, media);
            Assert.Null(problem["renewal_url"]);
            // The address of the plans works as it stands.
            var plans = (await listener.Client.GetFromJsonAsync<JsonObject>(new Uri((string)problem["plans_url"]!, UriKind.Relative)))!;
            Assert.Equal(scene.Plan, (Guid)Assert.Single(plans["items"]!.AsArray())!["plan_id"]!);
        }
        var subscription = await listener.SubscribeAsync(scene.Plan);
        Assert.Equal(("active", "test_sub", true), ((string)subscription["status"]!, (string)subscription["stripe_subscription_id"]!, (bool)subscription["entitled"]!));
        foreach (var media in scene.Media)
            await HeardAsync(listener, media);
        // For nobody else.
        using var other = await Dj.RegisterAsync(scene.Platform, "listener");
        foreach (var media in scene.Media)
            await RefusedAsync(other, media);
    }

    [Fact]
    public async Task One_whose_payment_fails_is_refused_with_a_way_to_renew()
    {
        var scene = await Scene.SetAsync();
        using var listener = await Dj.RegisterAsync(scene.Platform, "listener");
        var subscription = await listener.SubscribeAsync(scene.Plan, "pm_card_chargeCustomerFail");
        Assert.Equal("incomplete", (string)subscription["status"]!);
        var renewal = new Uri((string)(await RefusedAsync(listener, scene.Media[0]))["renewal_url"]!, UriKind.Relative);
        using (var renewed = await listener.Client.PostAsJsonAsync(renewal, new { payment_method = "pm_card_visa" }))
            Assert.Equal("active", (string)(await renewed.Content.ReadFromJsonAsync<JsonObject>())!["status"]!);
        await HeardAsync(listener, scene.Media[0]);
        var invoices = (await listener.GetAsync("/v1/monetization/invoices"))["items"]!.AsArray();
        Assert.Equal(["open", "paid"], invoices.Select(invoice => (string)invoice!["status"]!).Order());
    }

    [Fact]
    public async Task A_plan_opens_what_it_covers_and_nothing_else()
    {
        var scene = await Scene.SetAsync(onlyFirst: true);
        using var listener = await Dj.RegisterAsync(scene.Platform, "listener");
        await listener.SubscribeAsync(scene.Plan);
        await HeardAsync(listener, scene.Media[0]);
        var problem = await RefusedAsync(listener, scene.Media[1]);
        Assert.Null(problem["renewal_url"]);
    }

    [Fact]
    public async Task A_subscriber_has_a_feed_for_podcast_apps_whose_addresses_play()
    {
        var scene = await Scene.SetAsync();
        using var listener = await Dj.RegisterAsync(scene.Platform, "listener");
        using (var refused = await listener.Client.PostAsJsonAsync(new Uri($"/v1/podcasts/{scene.Podcast}/feed-token", UriKind.Relative), new { }))
            Assert.Equal(HttpStatusCode.OK, refused.StatusCode); // The feed is for everybody; what it lists is not.
        var feed = (string)(await (await listener.Client.PostAsJsonAsync(new Uri($"/v1/podcasts/{scene.Podcast}/feed-token", UriKind.Relative), new { })).Content.ReadFromJsonAsync<JsonObject>())!["rss_feed_url"]!;
        async Task<HttpStatusCode> PlayAsync()
        {
            var xml = System.Xml.Linq.XDocument.Parse(await scene.Platform.Client.GetStringAsync(new Uri(feed)));
            using var audio = await scene.Platform.Client.GetAsync(new Uri(xml.Descendants("enclosure").Single().Attribute("url")!.Value));
            return audio.StatusCode;
        }
        Assert.Equal(HttpStatusCode.Forbidden, await PlayAsync());
        await listener.SubscribeAsync(scene.Plan);
        await Eventually.That(async () => await PlayAsync() == HttpStatusCode.OK, Soon, "the episode plays");
    }

    [Fact]
    public async Task Nobody_subscribes_with_an_api_key_or_twice_and_sees_subscriptions_of_others()
    {
        var scene = await Scene.SetAsync();
        using var listener = await Dj.RegisterAsync(scene.Platform, "listener");
        var subscription = await listener.SubscribeAsync(scene.Plan);
        using (var again = await listener.Client.PostAsJsonAsync(Subscriptions, new { plan_id = scene.Plan }))
            await again.ProblemAsync(HttpStatusCode.Conflict);
        var own = Assert.Single((await listener.GetAsync("/v1/monetization/subscriptions"))["items"]!.AsArray());
        Assert.True(JsonNode.DeepEquals(subscription, own));
        var path = $"/v1/monetization/subscriptions/{(Guid)subscription["subscription_id"]!}";
        using var stranger = await Dj.RegisterAsync(scene.Platform, "listener");
        using (var hidden = await stranger.Client.GetAsync(new Uri(path, UriKind.Relative)))
            await hidden.ProblemAsync(HttpStatusCode.NotFound);
        using (var canceled = await listener.Client.DeleteAsync(new Uri(path, UriKind.Relative)))
            Assert.Equal((string)subscription["period_end"]!, (string)(await canceled.Content.ReadFromJsonAsync<JsonObject>())!["ends_at"]!);
        using var missing = await listener.Client.PostAsJsonAsync(Subscriptions, new { });
        Assert.Equal("required", (string)(await missing.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!["plan_id"]![0]!);
        using var anonymous = await scene.Platform.Client.PostAsJsonAsync(Subscriptions, new { plan_id = scene.Plan });
        await anonymous.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    private static async Task<JsonObject> RefusedAsync(Dj listener, Uri media)
    {
        using var response = await listener.Client.GetAsync(media);
        var problem = await response.ProblemAsync(HttpStatusCode.Forbidden);
        Assert.True((bool)problem["subscription_required"]!);
        return problem;
    }

    private static Task HeardAsync(Dj listener, Uri media) => Eventually.That(async () =>
    {
        using var response = await listener.Client.GetAsync(media, HttpCompletionOption.ResponseHeadersRead); // The live audio never ends.
        return response.StatusCode == HttpStatusCode.OK && response.Headers.CacheControl is { Private: true } or { NoStore: true } or { NoCache: true };
    }, Soon, $"{media} plays");

    /// <summary>A DJ with a monetized playlist and podcast, and a plan.</summary>
    private sealed record Scene(PlatformProcess Platform, Guid Plan, Guid Podcast, Uri[] Media)
    {
        public static async Task<Scene> SetAsync(bool onlyFirst = false)
        {
            var shared = await SharedPlatform.GetAsync();
            using var dj = await Dj.RegisterAsync(shared.Platform);
            var upload = await dj.AddUploadAsync(await Tone.NoiseMp3Async(128, 10));
            var playlist = await dj.AddPlaylistAsync([upload.Track()], monetized: true);
            var podcast = await dj.AddPodcastAsync(new { monetization_enabled = true });
            var episode = await dj.AddEpisodeAsync(podcast, new { title = "One", upload_id = upload });
            object[] covers = onlyFirst ? [new { kind = "playlist", id = playlist }] : [];
            var plan = await dj.AddPlanAsync(covers);
            var stream = await dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { monetization_enabled = true });
            return new Scene(shared.Platform, plan, podcast,
            [
                new Uri($"/v1/playlists/{playlist}/stream.mp3", UriKind.Relative), new Uri($"/v1/podcasts/{podcast}/episodes/{episode}/audio.mp3", UriKind.Relative),
                new Uri($"/v1/playlists/{playlist}/stream.m3u8", UriKind.Relative), new Uri($"/v1/streams/{stream}/live.m3u8", UriKind.Relative), new Uri($"/v1/streams/{stream}/live.mp3", UriKind.Relative),
            ]);
        }
    }
}
