using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Slugs;

/// <summary>Slugs of streams, playlists and podcasts, by the API.</summary>
[Trait("Speed", "slow")]
public sealed class SlugTests
{
    [Theory]
    [InlineData("streams")]
    [InlineData("playlists")]
    [InlineData("podcasts")]
    public async Task A_slug_is_made_of_the_title_and_former_ones_redirect(string noun)
    {
        var shared = await SharedPlatform.GetAsync();
        var mark = Guid.NewGuid().ToString("N")[..8];
        var path = await MakeAsync(noun, shared, $"Späte Stunden {mark}");
        Assert.Equal($"spate-stunden-{mark}", await SlugOfAsync(shared.Dj, path));
        Assert.Equal(path, await FoundAtAsync(shared, noun, $"spate-stunden-{mark}"));
        var item = (await shared.Dj.GetAsync($"/v1/{noun}?owner=me&limit=200"))["items"]!.AsArray().Single(one => path.EndsWith((string)one![IdOf(noun)]!, StringComparison.Ordinal))!;
        Assert.Equal($"spate-stunden-{mark}", (string)item["slug"]!);

        var title = noun == "streams" ? "name" : "title";
        Assert.Equal([title], await shared.Dj.PatchAsync(path, new JsonObject { [title] = $"Frühe Stunden {mark}" }));
        Assert.Equal($"fruhe-stunden-{mark}", await SlugOfAsync(shared.Dj, path));
        using (var former = await shared.Platform.Client.GetAsync(new Uri($"/v1/{noun}/spate-stunden-{mark}?token=x", UriKind.Relative)))
        {
            Assert.Equal((HttpStatusCode.MovedPermanently, $"/v1/{noun}/fruhe-stunden-{mark}?token=x", "no-cache"), (former.StatusCode, former.Headers.Location!.ToString(), former.Headers.CacheControl?.ToString()));
        }

        // A slug that its owner chose stays when the title changes, and the former ones lead to it.
        Assert.Equal(["slug"], await shared.Dj.PatchAsync(path, new { slug = $"chosen-{mark}" }));
        Assert.Equal([title], await shared.Dj.PatchAsync(path, new JsonObject { [title] = $"Third {mark}" }));
        Assert.Equal($"chosen-{mark}", await SlugOfAsync(shared.Dj, path));
        Assert.Equal($"/v1/{noun}/chosen-{mark}", await RedirectAsync(shared, $"/v1/{noun}/spate-stunden-{mark}"));
        Assert.Equal($"/v1/{noun}/chosen-{mark}", await RedirectAsync(shared, $"/v1/{noun}/fruhe-stunden-{mark}"));
        // Its own former one can come back.
        await shared.Dj.PatchAsync(path, new { slug = $"spate-stunden-{mark}" });
        Assert.Equal(path, await FoundAtAsync(shared, noun, $"spate-stunden-{mark}"));
        Assert.Equal($"/v1/{noun}/spate-stunden-{mark}", await RedirectAsync(shared, $"/v1/{noun}/chosen-{mark}"));
        // An empty one leaves it to the title again.
        await shared.Dj.PatchAsync(path, new { slug = "" });
        Assert.Equal($"third-{mark}", await SlugOfAsync(shared.Dj, path));
    }

    [Fact]
    public async Task Nobody_else_gets_a_slug_until_what_it_names_is_deleted()
    {
        var shared = await SharedPlatform.GetAsync();
        using var other = await Dj.RegisterAsync(shared.Platform);
        var mark = Guid.NewGuid().ToString("N")[..8];
        var first = $"/v1/podcasts/{await shared.Dj.AddPodcastAsync(new { title = $"Show {mark}" })}";
        await shared.Dj.PatchAsync(first, new { slug = $"moved-{mark}" });
        // The former slug counts too; of another noun it is another.
        var second = $"/v1/podcasts/{await other.AddPodcastAsync(new { title = $"Show {mark}" })}";
        Assert.Equal($"show-{mark}-2", await SlugOfAsync(other, second));
        foreach (var taken in new[] { $"moved-{mark}", $"show-{mark}" })
        {
            using var refused = await other.Client.PatchAsJsonAsync(second, new { slug = taken });
            await refused.ProblemAsync(HttpStatusCode.Conflict);
        }
        Assert.Equal($"show-{mark}-2", await SlugOfAsync(other, second));
        var playlist = await MakeAsync("playlists", shared, $"Show {mark}");
        Assert.Equal($"show-{mark}", await SlugOfAsync(shared.Dj, playlist));

        using (await shared.Dj.Client.DeleteAsync(new Uri(first, UriKind.Relative)))
        {
        }
        foreach (var free in new[] { $"moved-{mark}", $"show-{mark}" })
        {
            using var gone = await shared.Platform.Client.GetAsync(new Uri($"/v1/podcasts/{free}", UriKind.Relative));
            await gone.ProblemAsync(HttpStatusCode.NotFound);
            await other.PatchAsync(second, new { slug = free });
            Assert.Equal(free, await SlugOfAsync(other, second));
        }
    }

    [Fact]
    public async Task Creations_with_one_title_at_once_all_succeed_with_slugs_of_their_own()
    {
        var shared = await SharedPlatform.GetAsync();
        var mark = Guid.NewGuid().ToString("N")[..8];
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shared.Dj.AddPodcastAsync(new { title = $"Race {mark}" })));
        var slugs = await Task.WhenAll(ids.Select(id => SlugOfAsync(shared.Dj, $"/v1/podcasts/{id}")));
        Assert.Equal(6, slugs.Distinct().Count());
        Assert.Contains($"race-{mark}", slugs);
        Assert.All(slugs, slug => Assert.Matches($"^race-{mark}(-[2-6])?$", slug));
        foreach (var (id, slug) in ids.Zip(slugs))
            Assert.Equal($"/v1/podcasts/{id}", await FoundAtAsync(shared, "podcasts", slug));
    }

    [Theory]
    [InlineData("Upper", "malformed")]
    [InlineData("two--hyphens", "malformed")]
    [InlineData("-start", "malformed")]
    [InlineData("a/b", "malformed")]
    [InlineData("ä", "malformed")]
    [InlineData("import", "not_allowed")]
    [InlineData("01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d", "not_allowed")]
    [InlineData("01990c1e7d5a7c3e9b0a3f6a5a0b1c2d", "not_allowed")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "too_long")]
    public async Task A_slug_that_cannot_stand_in_an_address_is_refused(string slug, string code)
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        foreach (var path in new[] { $"/v1/podcasts/{await dj.AddPodcastAsync()}", $"/v1/playlists/{await dj.AddPlaylistAsync([])}" })
        {
            using var refused = await dj.Client.PatchAsJsonAsync(path, new { slug });
            Assert.Equal(code, (string)(await refused.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!["slug"]![0]!);
        }
        using var created = await dj.Client.PostAsJsonAsync("/v1/podcasts", new { title = "Show", slug });
        await created.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_private_thing_is_not_revealed_by_its_slugs()
    {
        var shared = await SharedPlatform.GetAsync();
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        var mark = Guid.NewGuid().ToString("N")[..8];
        foreach (var noun in new[] { "streams", "playlists", "podcasts" })
        {
            var path = await MakeAsync(noun, shared, $"Hidden {mark}");
            await shared.Dj.PatchAsync(path, new { slug = $"secret-{mark}", visibility = "private" });
            foreach (var slug in new[] { $"hidden-{mark}", $"secret-{mark}" })
            {
                foreach (var client in new[] { shared.Platform.Client, stranger.Client })
                {
                    using var hidden = await client.GetAsync(new Uri($"/v1/{noun}/{slug}", UriKind.Relative));
                    var problem = await hidden.ProblemAsync(HttpStatusCode.NotFound);
                    using var unknown = await client.GetAsync(new Uri($"/v1/{noun}/never-{mark}", UriKind.Relative));
                    Assert.Equal((string)(await unknown.ProblemAsync(HttpStatusCode.NotFound))["error"]!, (string)problem["error"]!);
                }
            }
            using var own = await shared.Dj.Client.GetAsync(new Uri($"/v1/{noun}/hidden-{mark}", UriKind.Relative));
            Assert.Equal((HttpStatusCode.MovedPermanently, $"/v1/{noun}/secret-{mark}"), (own.StatusCode, own.Headers.Location?.ToString()));
        }
    }

    [Fact]
    public async Task A_title_in_another_script_gets_a_slug_too()
    {
        var shared = await SharedPlatform.GetAsync();
        var path = $"/v1/podcasts/{await shared.Dj.AddPodcastAsync(new { title = "深夜の時間" })}";
        var slug = await SlugOfAsync(shared.Dj, path);
        Assert.Matches("^[a-z2-9]{8}$", slug);
        Assert.Equal(path, await FoundAtAsync(shared, "podcasts", slug));
    }

    private static string IdOf(string noun) => $"{noun[..^1]}_id";

    private static async Task<string> SlugOfAsync(Dj dj, string path) => (string)(await dj.GetAsync(path))["slug"]!;

    /// <summary>Makes something with a title; returns its path.</summary>
    private static async Task<string> MakeAsync(string noun, SharedPlatform shared, string title)
    {
        if (noun == "streams")
            return $"/v1/streams/{await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", title)}";
        if (noun == "podcasts")
            return $"/v1/podcasts/{await shared.Dj.AddPodcastAsync(new { title })}";
        using var response = await shared.Dj.Client.PostAsJsonAsync("/v1/playlists", new { title });
        return $"/v1/playlists/{(Guid)(await response.JsonAsync(HttpStatusCode.Created))["playlist_id"]!}";
    }

    /// <summary>The path of what answers at a slug, to anybody.</summary>
    private static async Task<string> FoundAtAsync(SharedPlatform shared, string noun, string slug)
    {
        using var response = await shared.Platform.Client.GetAsync(new Uri($"/v1/{noun}/{slug}", UriKind.Relative));
        var found = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(slug, (string)found["slug"]!);
        return $"/v1/{noun}/{(Guid)found[IdOf(noun)]!}";
    }

    private static async Task<string> RedirectAsync(SharedPlatform shared, string path)
    {
        using var response = await shared.Platform.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.MovedPermanently, response.StatusCode);
        return response.Headers.Location!.ToString();
    }
}
