using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Conventions;

public sealed class ConditionalRequestTests
{
    [Fact]
    public async Task An_unchanged_stream_is_not_sent_again()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var first = await GetAsync(shared.Dj.Client, id);
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        Assert.Contains("Authorization", first.Headers.Vary);
        foreach (var known in new[] { tag.Tag, $"W/{tag.Tag}", $"\"other\", {tag.Tag}", "*" })
        {
            using var same = await GetAsync(shared.Dj.Client, id, known);
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
            Assert.Equal(tag, same.Headers.ETag);
            Assert.Contains("Authorization", same.Headers.Vary);
            Assert.Empty(await same.Content.ReadAsByteArrayAsync());
        }
        (await PatchAsync(shared.Dj.Client, id, new { genre = "Jazz" })).Dispose();
        using var changed = await GetAsync(shared.Dj.Client, id, tag.Tag);
        Assert.Equal("Jazz", (string)(await changed.JsonAsync(HttpStatusCode.OK))["genre"]!);
        Assert.NotEqual(tag, changed.Headers.ETag);
    }

    [Fact]
    public async Task The_view_of_strangers_has_its_own_ETag()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var mine = await GetAsync(shared.Dj.Client, id);
        using var theirs = await GetAsync(shared.Platform.Client, id, mine.Headers.ETag!.Tag);
        await theirs.JsonAsync(HttpStatusCode.OK);
        Assert.NotEqual(mine.Headers.ETag, theirs.Headers.ETag);
        using var patch = await PatchAsync(shared.Dj.Client, id, new { genre = "Jazz" }, theirs.Headers.ETag!.Tag);
        await patch.ProblemAsync(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task A_patch_applies_only_to_the_revision_its_author_has_seen()
    {
        var shared = await SharedPlatform.GetAsync();
        using var registered = await shared.Dj.Client.PostAsJsonAsync("/v1/streams", new { name = "First", shoutcast_url = shared.Icecast.Url, mount = "/live" });
        var id = (Guid)(await registered.JsonAsync(HttpStatusCode.Created))["stream_id"]!;
        var tag = registered.Headers.ETag!.Tag;

        using var good = await PatchAsync(shared.Dj.Client, id, new { name = "Second" }, $"\"other\", {tag}");
        await good.JsonAsync(HttpStatusCode.OK);
        var next = good.Headers.ETag!.Tag;
        Assert.NotEqual(tag, next);
        using var read = await GetAsync(shared.Dj.Client, id);
        Assert.Equal(next, read.Headers.ETag!.Tag);

        foreach (var stale in new[] { tag, $"W/{next}", "\"other\"" })
        {
            using var late = await PatchAsync(shared.Dj.Client, id, new { name = "Third" }, stale);
            await late.ProblemAsync(HttpStatusCode.PreconditionFailed);
        }
        using var malformed = await PatchAsync(shared.Dj.Client, id, new { name = "Third" }, next.Trim('"'));
        await malformed.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal("Second", (string)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["name"]!);

        using var any = await PatchAsync(shared.Dj.Client, id, new { name = "Third" }, "*");
        await any.JsonAsync(HttpStatusCode.OK);
        // A patch without changes creates no new revision.
        using var nothing = await PatchAsync(shared.Dj.Client, id, new { name = "Third" });
        Assert.Equal(any.Headers.ETag, nothing.Headers.ETag);
    }

    [Fact]
    public async Task Exactly_one_of_several_patches_with_the_same_ETag_succeeds()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        for (var round = 0; round < 5; round++)
        {
            using var read = await GetAsync(shared.Dj.Client, id);
            var tag = read.Headers.ETag!.Tag;
            var names = Enumerable.Range(0, 4).Select(i => $"Round {round}, {i}").ToList();
            var answers = await Task.WhenAll(names.Select(async name =>
            {
                using var answer = await PatchAsync(shared.Dj.Client, id, new { name }, tag);
                return (name, answer.StatusCode);
            }));
            var winner = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK).name;
            Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
            Assert.Equal(winner, (string)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["name"]!);
        }
    }

    [Fact]
    public async Task A_new_title_does_not_change_the_ETag()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/titles", await Tone.Mp3Async());
        var id = await shared.Dj.AddStreamAsync(icecast.Url, "/titles");
        using var before = await GetAsync(shared.Dj.Client, id);
        await icecast.SetTitleAsync("/titles", "Someone - Something");
        await Eventually.That(
            async () => (await shared.Dj.GetAsync($"/v1/streams/{id}/history"))["items"]!.AsArray().Count > 0, TimeSpan.FromSeconds(15), "the title is written");
        using var after = await GetAsync(shared.Dj.Client, id);
        Assert.Equal(before.Headers.ETag, after.Headers.ETag);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, Guid id, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/streams/{id}");
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PatchAsync(HttpClient client, Guid id, object body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1/streams/{id}") { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }
}
