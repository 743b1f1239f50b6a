using System.Net;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Authentication;

/// <summary>The same as <see cref="AccessTokenTests"/>, over HTTP: a 401 in the error format, never a 500.</summary>
public sealed class BadTokenTests
{
    public static TheoryData<string> Kinds() =>
        ["none", "HS256", "embedded key", "altered", "truncated", "bad base64", "unknown key", "refresh token", "many kilobytes", "empty", "umlauts"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_token_that_the_platform_did_not_sign_is_refused(string kind)
    {
        var shared = await SharedPlatform.GetAsync();
        var good = (string)shared.Dj.Tokens["access_token"]!;
        var parts = good.Split('.');
        var header = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        using var stranger = new SigningKey((string)header["kid"]!);
        string With(string name, string value)
        {
            header[name] = value;
            return SigningKey.Part(header);
        }
        var token = kind switch
        {
            "none" => $"{With("alg", "none")}.{parts[1]}.",
            "HS256" => $"{With("alg", "HS256")}.{parts[1]}.{parts[2]}",
            "embedded key" => stranger.Sign(With("jwk", "{}"), parts[1]),
            "altered" => $"{parts[0]}.{parts[1][..^2]}AA.{parts[2]}",
            "truncated" => good[..^10],
            "bad base64" => $"{parts[0]}.{parts[1]}.%%%",
            "unknown key" => $"{With("kid", "nobody")}.{parts[1]}.{parts[2]}",
            "refresh token" => (string)shared.Dj.Tokens["refresh_token"]!,
            "many kilobytes" => new string('a', 12_000) + ".b.c",
            "empty" => "",
            "umlauts" => "äöü.äöü.äöü",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/health/auth");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8 });
        request.RequestUri = new Uri(shared.Platform.Url, "/v1/health/auth");
        using var refused = await client.SendAsync(request);
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }
}
