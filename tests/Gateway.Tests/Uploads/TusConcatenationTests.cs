using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Partial uploads, and the final uploads that are made of them.</summary>
public sealed class TusConcatenationTests : IAsyncLifetime
{
    private PlatformProcess _platform = null!;
    private Dj _dj = null!;
    private byte[] _file = null!;

    public async Task InitializeAsync()
    {
        _platform = (await SharedPlatform.GetAsync()).Platform;
        _dj = await Dj.RegisterAsync(_platform);
        _file = await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 20));
    }

    public Task DisposeAsync()
    {
        _dj.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Partial_uploads_become_one_file_that_is_prepared_like_any_other(bool inFull)
    {
        var partials = await AddPartialsAsync(_dj, 100_000, 200_000);
        var concat = Final(partials, inFull ? _platform.Url.GetLeftPart(UriPartial.Authority) : "");
        using var made = await FinalAsync(_dj, concat, ("Upload-Metadata", $"filename {Convert.ToBase64String("Ein Stück.mp3"u8)}"));
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        Assert.Equal(_file.Length, Tus.OffsetOf(made));
        Assert.False(made.Headers.Contains("Upload-Expires"));
        var id = Tus.IdOf(made);
        using (var head = await _dj.TusAsync(HttpMethod.Head, $"{Tus.Path}/{id}"))
        {
            Assert.Equal(concat, head.Headers.GetValues("Upload-Concat").Single());
            Assert.Equal((_file.Length, $"{_file.Length}"), (Tus.OffsetOf(head), head.Headers.GetValues("Upload-Length").Single()));
        }
        using (var more = await _dj.PatchTusAsync(id, _file.Length, [1]))
            await more.ProblemAsync(HttpStatusCode.Forbidden);
        var ready = await _dj.UntilReadyAsync(id);
        Assert.Equal(("Ein Stück.mp3", _file.Length), ((string)ready["file_name"]!, (int)ready["size_bytes"]!));
        await HasContentAsync(_dj, id);
        foreach (var partial in partials)
        {
            Assert.Null(await _dj.OffsetAsync(partial));
            await Eventually.That(() => Uploading.FilesOfUpload(_platform, partial).Length == 0, Uploading.Deadline, "the bytes of the partial upload are deleted");
        }
        Assert.Equal([id], await ListedAsync());
    }

    [Fact]
    public async Task A_partial_upload_identifies_itself_and_is_not_listed_as_an_upload()
    {
        var id = await PartialAsync(_dj, _file.Length, _file[..100_000]);
        using (var half = await HeadAsync(id))
            Assert.Equal(("partial", 100_000, $"{_file.Length}"), (half.Headers.GetValues("Upload-Concat").Single(), Tus.OffsetOf(half), half.Headers.GetValues("Upload-Length").Single()));
        using (var last = await _dj.PatchTusAsync(id, 100_000, _file[100_000..]))
            Assert.Equal((HttpStatusCode.NoContent, _file.Length), (last.StatusCode, Tus.OffsetOf(last)));
        using (var whole = await HeadAsync(id))
        {
            Assert.Equal(_file.Length, Tus.OffsetOf(whole));
            Assert.True(DateTimeOffset.ParseExact(whole.Headers.GetValues("Upload-Expires").Single(), "R", CultureInfo.InvariantCulture) > TimeProvider.System.GetUtcNow());
        }
        using (var more = await _dj.PatchTusAsync(id, _file.Length, [1]))
            await more.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        foreach (var path in new[] { "", "/original.mp3", "/hls/manifest.m3u8" })
        {
            using var none = await _dj.Client.GetAsync(new Uri(Uploading.PathOf(id, path), UriKind.Relative));
            await none.ProblemAsync(HttpStatusCode.NotFound);
        }
        using (var playlist = await _dj.Client.PostAsync(new Uri("/v1/playlists", UriKind.Relative), new StringContent(
            $$"""{"title":"Mix","tracks":[{"source_type":"upload","upload_id":"{{id}}"}]}""", Encoding.UTF8, "application/json")))
        {
            await playlist.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        }
        Assert.Empty(await ListedAsync());
        using (var ended = await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{id}"))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Null(await _dj.OffsetAsync(id));
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, id).Length == 0, Uploading.Deadline, "its bytes are deleted");
    }

    [Fact]
    public async Task The_bytes_of_a_partial_upload_can_be_sent_with_its_creation_or_before_its_length()
    {
        using var first = await _dj.TusAsync(
            HttpMethod.Post, Tus.Path, new ByteArrayContent(_file[..100_000]), headers: [("Upload-Concat", "partial"), ("Upload-Length", "100000")]);
        Assert.Equal((HttpStatusCode.Created, 100_000), (first.StatusCode, Tus.OffsetOf(first)));
        using var second = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [("Upload-Concat", "partial"), ("Upload-Defer-Length", "1")]);
        var ids = new[] { Tus.IdOf(first), Tus.IdOf(second) };
        (await _dj.PatchTusAsync(ids[1], 0, _file[100_000..])).Dispose();
        using (var early = await FinalAsync(_dj, Final(ids)))
            Assert.Contains("no length yet", await WrongAsync(early), StringComparison.Ordinal);
        using (var lengthSet = await _dj.PatchTusAsync(ids[1], _file.Length - 100_000, [], ("Upload-Length", $"{_file.Length - 100_000}")))
            Assert.Equal(HttpStatusCode.NoContent, lengthSet.StatusCode);
        using var made = await FinalAsync(_dj, Final(ids));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await _dj.UntilReadyAsync(Tus.IdOf(made));
        await HasContentAsync(_dj, Tus.IdOf(made));
    }

    [Theory]
    [InlineData("", "Expected partial, or final;")]
    [InlineData("whole", "Expected partial, or final;")]
    [InlineData("final", "Expected partial, or final;")]
    [InlineData("final;", "Expected 1 to 100 partial uploads, got 0")]
    [InlineData("final;/v1/uploads/tus/a", "/v1/uploads/tus/a is not one")]
    [InlineData("final;/v1/streams/01900000-0000-7000-8000-000000000001", "/v1/streams/01900000-0000-7000-8000-000000000001 is not one")]
    [InlineData("final;/v1/uploads/tus/01900000-0000-7000-8000-000000000001 01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000001 is named twice")]
    public async Task An_invalid_concatenation_is_refused_with_the_reason(string concat, string reason)
    {
        using var response = await FinalAsync(_dj, concat);
        Assert.Contains(reason, await WrongAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_partial_uploads_are_refused()
    {
        using var response = await FinalAsync(_dj, Final(Enumerable.Range(0, 101).Select(_ => Guid.NewGuid())));
        Assert.Contains("got 101", await WrongAsync(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Upload-Length", "1000")]
    [InlineData("Upload-Defer-Length", "1")]
    public async Task A_final_upload_must_not_have_a_length(string name, string value)
    {
        var partials = await AddPartialsAsync(_dj, 100_000);
        using var response = await FinalAsync(_dj, Final(partials), (name, value));
        Assert.NotNull((await response.ProblemAsync(HttpStatusCode.BadRequest))["errors"]![name]);
        await AreThereAsync(partials);
    }

    [Fact]
    public async Task A_final_upload_must_not_have_bytes()
    {
        var partials = await AddPartialsAsync(_dj, 100_000);
        using var response = await _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent([1]), headers: ("Upload-Concat", Final(partials)));
        Assert.Contains("no bytes", await WrongAsync(response), StringComparison.Ordinal);
        await AreThereAsync(partials);
    }

    [Fact]
    public async Task A_final_upload_can_only_be_made_of_complete_partial_uploads()
    {
        var partials = await AddPartialsAsync(_dj, 100_000);
        var half = await PartialAsync(_dj, 1000, _file[..10]);
        using (var early = await FinalAsync(_dj, Final([.. partials, half])))
            Assert.Contains($"{Tus.Path}/{half} has 10 bytes of 1000", await WrongAsync(early), StringComparison.Ordinal);
        var ordinary = await _dj.CreateTusAsync(_file.Length);
        using (var other = await FinalAsync(_dj, Final([.. partials, ordinary])))
            Assert.Contains($"{Tus.Path}/{ordinary} is not one", await WrongAsync(other), StringComparison.Ordinal);
        await AreThereAsync([.. partials, half, ordinary]);
        // Nor can it be made of final uploads.
        using var made = await FinalAsync(_dj, Final(partials));
        using var again = await FinalAsync(_dj, Final([Tus.IdOf(made)]));
        Assert.Contains($"{Tus.IdOf(made)} is not one", await WrongAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partial_uploads_of_others_look_like_missing_ones()
    {
        var partials = await AddPartialsAsync(_dj, 100_000);
        var none = Guid.NewGuid();
        using var stranger = await Dj.RegisterAsync(_platform);
        using var admin = await Dj.AdminAsync(_platform);
        var answers = new List<string>();
        foreach (var (dj, id) in new[] { (stranger, partials[0]), (stranger, none), (admin, partials[0]), (_dj, none) })
        {
            using var refused = await FinalAsync(dj, Final([id]));
            answers.Add(((string)(await refused.ProblemAsync(HttpStatusCode.NotFound))["detail"]!).Replace($"{id}", "it", StringComparison.Ordinal));
        }
        Assert.Single(answers.Distinct());
        Assert.Contains($"{Tus.Path}/it", answers[0], StringComparison.Ordinal);
        await AreThereAsync(partials);
    }

    [Fact]
    public async Task A_final_upload_that_is_not_audio_is_refused_and_its_partial_uploads_can_be_used_again()
    {
        var partials = await AddPartialsAsync(_dj, 100_000);
        var zeros = await PartialAsync(_dj, 70_000, new byte[70_000]);
        using (var wrong = await FinalAsync(_dj, Final([zeros, .. partials])))
            Assert.Equal("not_audio", (string)(await wrong.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        await AreThereAsync([.. partials, zeros]);
        Assert.Empty(await ListedAsync());
        using var right = await FinalAsync(_dj, Final(partials));
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
    }

    [Fact]
    public async Task Only_one_of_several_concurrent_final_uploads_gets_the_partial_uploads()
    {
        var partials = await AddPartialsAsync(_dj, 100_000, 200_000);
        var finals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FinalAsync(_dj, Final(partials))));
        var made = Assert.Single(finals, response => response.StatusCode == HttpStatusCode.Created);
        Assert.All(finals.Where(response => response != made), response => Assert.Contains(response.StatusCode, new[] { HttpStatusCode.Conflict, HttpStatusCode.NotFound }));
        var id = Tus.IdOf(made);
        await _dj.UntilReadyAsync(id);
        await HasContentAsync(_dj, id);
        Assert.Equal([id], await ListedAsync());
        var account = await _dj.IdAsync();
        await Eventually.That(
            () => Uploading.FilesOf(_platform, account).All(path => path.Contains($"{id}", StringComparison.Ordinal)), Uploading.Deadline, "nothing of the others is left");
        foreach (var response in finals)
            response.Dispose();
    }

    [Fact]
    public async Task A_repeated_final_upload_with_the_same_key_returns_the_same_upload()
    {
        var concat = Final(await AddPartialsAsync(_dj, 100_000));
        using var first = await FinalAsync(_dj, concat, ("Idempotency-Key", "final"));
        using var again = await FinalAsync(_dj, concat, ("Idempotency-Key", "final"));
        Assert.Equal((HttpStatusCode.Created, Tus.IdOf(first), _file.Length), (again.StatusCode, Tus.IdOf(again), Tus.OffsetOf(again)));
        using var bare = await FinalAsync(_dj, concat);
        await bare.ProblemAsync(HttpStatusCode.NotFound);
    }

    private static string Final(IEnumerable<Guid> partials, string host = "") => $"final;{string.Join(' ', partials.Select(id => $"{host}{Tus.Path}/{id}"))}";

    private static Task<HttpResponseMessage> FinalAsync(Dj dj, string concat, params (string Name, string Value)[] headers) =>
        dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [("Upload-Concat", concat), .. headers]);

    private static async Task<string> WrongAsync(HttpResponseMessage response) =>
        (await response.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Upload-Concat"]!.ToJsonString();

    private Task<HttpResponseMessage> HeadAsync(Guid id) => _dj.TusAsync(HttpMethod.Head, $"{Tus.Path}/{id}");

    /// <summary>Creates a partial upload, and sends some of its bytes.</summary>
    private static async Task<Guid> PartialAsync(Dj dj, long length, byte[] bytes)
    {
        var id = await dj.CreateTusAsync(length, headers: ("Upload-Concat", "partial"));
        using var sent = await dj.PatchTusAsync(id, 0, bytes);
        Assert.Equal((HttpStatusCode.NoContent, bytes.Length), (sent.StatusCode, Tus.OffsetOf(sent)));
        return id;
    }

    /// <summary>Sends the file in partial uploads that end at the given offsets.</summary>
    private async Task<Guid[]> AddPartialsAsync(Dj dj, params int[] ends)
    {
        var starts = ends.Prepend(0).ToList();
        return await Task.WhenAll(starts.Zip(ends.Append(_file.Length), (start, end) => PartialAsync(dj, end - start, _file[start..end])));
    }

    private async Task AreThereAsync(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
            Assert.NotNull(await _dj.OffsetAsync(id));
    }

    private async Task<List<Guid>> ListedAsync() => [.. (await _dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray().Select(item => (Guid)item!["upload_id"]!)];

    private async Task HasContentAsync(Dj dj, Guid id) => Assert.Equal(
        SHA256.HashData(_file), SHA256.HashData(await dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative))));
}
