using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Problems;

/// <summary>The stable codes that belong to the messages of <c>errors</c>.</summary>
public sealed partial class FieldCodeTests
{
    private const string Partial = "/v1/uploads/tus/01900000-0000-7000-8000-000000000001";

    private static readonly string TooManyTracks = string.Join(',', Enumerable.Repeat("""{"source_type": "external", "url": "http://example.org/a.mp3"}""", 1001));

    /// <summary>The code, the field that has it, and the request: method, path, body, header.</summary>
    public static TheoryData<string, string, string, string, string, string> Refused => new()
    {
        { FieldCodes.Required, "name", "POST", "/v1/streams", "{}", "" },
        { FieldCodes.TooLong, "title", "POST", "/v1/playlists", $$"""{"title": "{{new string('x', 201)}}"}""", "" },
        { FieldCodes.TooMany, "tracks", "POST", "/v1/playlists", $$"""{"title": "Many", "tracks": [{{TooManyTracks}}]}""", "" },
        { FieldCodes.OutOfRange, "limit", "GET", "/v1/streams?limit=0", "", "" },
        { FieldCodes.NotAnEmail, "email", "POST", "/v1/auth/register", """{"email": "no address", "password": "longenough1!"}""", "" },
        { FieldCodes.NotAnId, "tracks[0].track_id", "POST", "/v1/playlists", """{"title": "x", "tracks": [{"track_id": "01900000-0000-7000-8000-000000000001"}]}""", "" },
        { FieldCodes.NotAUrl, "shoutcast_url", "POST", "/v1/streams", """{"name": "x", "shoutcast_url": "ftp://example.org/"}""", "" },
        { FieldCodes.UnknownValue, "visibility", "POST", "/v1/streams", """{"name": "x", "shoutcast_url": "http://example.org", "visibility": "secret"}""", "" },
        { FieldCodes.WrongType, "limit", "GET", "/v1/streams?limit=abc", "", "" },
        { FieldCodes.WrongType, "name", "POST", "/v1/streams", """{"name": 5, "shoutcast_url": "http://example.org"}""", "" },
        { FieldCodes.WrongType, "body", "POST", "/v1/streams", "[]", "" },
        { FieldCodes.InvalidJson, "body", "POST", "/v1/streams", "nonsense", "" },
        { FieldCodes.InvalidCharacters, "title", "POST", "/v1/playlists", """{"title": "a\u0007b"}""", "" },
        { FieldCodes.Malformed, "cursor", "GET", "/v1/streams?cursor=nonsense", "", "" },
        { FieldCodes.WeakPassword, "password", "POST", "/v1/auth/register", """{"email": "weak@example.org", "password": "longenough1"}""", "" },
        { FieldCodes.WrongPassword, "current_password", "POST", "/v1/users/me/password", """{"current_password": "wrong", "new_password": "correct horse 2!"}""", "" },
        { FieldCodes.WrongCode, "code", "POST", "/v1/users/me/totp/confirm", """{"code": "000000"}""", "" },
        { FieldCodes.ExpiredLink, "token", "POST", "/v1/auth/verify-email", """{"token": "x"}""", "" },
        { FieldCodes.InThePast, "expires_at", "POST", "/v1/api-keys", """{"name": "x", "scopes": ["streams:read"], "expires_at": "2020-01-01T00:00:00Z"}""", "" },
        { FieldCodes.Duplicate, "Upload-Concat", "POST", "/v1/uploads/tus", "", $"Upload-Concat: final;{Partial} {Partial}" },
        { FieldCodes.NotAllowed, "mount", "POST", "/v1/streams", """{"name": "x", "shoutcast_url": "http://example.org/other", "mount": "/live"}""", "" },
        { FieldCodes.Unchanged, "new_email", "POST", "/v1/users/me/email", $$"""{"password": "{{Dj.Password}}", "new_email": "EMAIL"}""", "" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task An_invalid_field_has_a_code(string code, string field, string method, string path, string body, string header)
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        if (code == FieldCodes.WrongCode)
            (await dj.Client.PostAsJsonAsync("/v1/users/me/totp", new { password = Dj.Password })).Dispose();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body.Length > 0)
            request.Content = new StringContent(body.Replace("EMAIL", dj.Email, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        if (header.Split(": ") is [var name, var value])
        {
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add(name, value);
        }
        using var refused = await dj.Client.SendAsync(request);
        var problem = await refused.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.True(problem["codes"]![field] is not null, problem.ToJsonString());
        Assert.Equal([code], problem["codes"]![field]!.AsArray().Select(word => (string)word!));
    }

    [Fact]
    public void Every_code_is_covered_by_a_request() => Assert.Equal(FieldCodes.All.Order(), Refused.Select(row => (string)row[0]).Distinct().Order());

    [Fact]
    public void Every_code_is_in_snake_case_and_in_the_list()
    {
        var constants = typeof(FieldCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(constant => constant.IsLiteral).ToList();
        Assert.Equal(constants.Select(constant => (string)constant.GetRawConstantValue()!), FieldCodes.All);
        Assert.All(constants, constant =>
        {
            var code = (string)constant.GetRawConstantValue()!;
            Assert.Matches(SnakeCase(), code);
            Assert.Equal(constant.Name, code.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        });
    }

    [Fact]
    public void Exactly_these_codes_are_documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Audio.Orleans.sln")))
            folder = folder.Parent;
        var rows = File.ReadLines(Path.Combine(folder.FullName, "docs", "errors.md")).Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups[1].Value);
        Assert.Equal(FieldCodes.All, rows);
    }

    [GeneratedRegex(@"\A[a-z]+(_[a-z]+)*\z")]
    private static partial Regex SnakeCase();

    [GeneratedRegex(@"^\| `(\w+)` \| \w")]
    private static partial Regex Row();
}
