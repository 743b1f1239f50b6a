using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>What credentials cost a request: the same answer with and without them, and a token that is seen for the first time.</summary>
internal sealed partial class Authorization : IBenchmark
{
    private const int Rounds = 5;
    private const int Seconds = 4;
    private const int Tokens = 2000;

    public string Name => "authorization";

    public string What => $"CPU of the platform for each GET of a stream's status, wrk -t1 -c16, {Rounds} alternating rounds of {Seconds} s each, medians";

    public async Task RunAsync(Table table)
    {
        using var folder = new TestFolder("wrk");
        await using var stage = await Stage.SetAsync();
        var stream = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(stream);
        using var somebody = await Dj.RegisterAsync(stage.Platform);
        using var made = await somebody.Client.PostAsJsonAsync("/v1/api-keys", new { name = "bench", scopes = new[] { "streams:read" } });
        var apiKey = (string)(await made.Content.ReadFromJsonAsync<JsonObject>())!["api_key"]!;
        var url = new Uri(stage.Platform.Url, Stage.Path(stream, "status"));
        var token = $"Authorization: Bearer {somebody.Tokens["access_token"]}";
        // As many bytes that mean nothing: what a long header costs on its way is not the token's check.
        (string Name, string? Header)[] cases =
            [("no credentials", $"X-Padding: {new string('x', token.Length)}"), ("access token", token), ("API key", $"X-Api-Key: {apiKey}")];
        var costs = cases.ToDictionary(one => one.Name, _ => new List<double>());
        foreach (var (_, header) in cases)
            await WrkAsync(url, header, stage.Platform.ProcessId); // Compiles the code on the way.
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, header) in cases)
                costs[name].Add(await WrkAsync(url, header, stage.Platform.ProcessId));
        }
        foreach (var (name, _) in cases)
            table.Add($"{name}: CPU of a request", $"{Table.Text(costs[name].Median())} us");
        foreach (var (name, _) in cases.Skip(1))
            table.AtMost($"{name}: validation and authorization", 30, costs[name].Zip(costs["no credentials"], (with, without) => with - without).Median(), "us");

        await MeasureFirstSightAsync(table);
    }

    /// <summary>Tokens that were never seen before: each signature is verified. OpenSSL's own figure for that alone stands beside it.</summary>
    private static async Task MeasureFirstSightAsync(Table table)
    {
        using var rsa = RSA.Create(2048);
        var exported = rsa.ExportParameters(includePrivateParameters: false);
        var key = new SigningKeyInfo("bench", Base64Url.EncodeToString(exported.Modulus), Base64Url.EncodeToString(exported.Exponent));
        var (costs, again) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var tokens = Enumerable.Range(0, Tokens).Select(_ => Sign(rsa)).ToList();
            var keys = new VerificationKeys();
            keys.Use([key]);
            var handler = new CachingTokenHandler(keys, _ => ValueTask.CompletedTask);
            var parameters = TokenParameters.Create(TokenParameters.Access, new TokenOptions(), keys, TimeProvider.System);
            var start = TimeProvider.System.GetTimestamp();
            foreach (var token in tokens)
                _ = (await handler.ValidateTokenAsync(token, parameters.Clone())).IsValid ? 0 : throw new UnreachableException();
            var seen = TimeProvider.System.GetTimestamp();
            foreach (var token in tokens)
                _ = (await handler.ValidateTokenAsync(token, parameters.Clone())).IsValid ? 0 : throw new UnreachableException();
            if (round == 0)
                continue; // It compiles the code on the way.
            costs.Add(TimeProvider.System.GetElapsedTime(start, seen).TotalMicroseconds / Tokens);
            again.Add(TimeProvider.System.GetElapsedTime(seen).TotalMicroseconds / Tokens);
        }
        table.AtMost("a remembered token: the handler alone", 5, again.Median(), "us");
        table.AtMost("a token at first sight, once for each token and gateway", 80, costs.Median(), "us");
        var openssl = await ProcessRunner.RunAsync(new ProcessCommand("openssl", "speed", "-seconds", "2", "rsa2048"), TimeSpan.FromSeconds(30), TimeProvider.System);
        table.Add("OpenSSL: RSA 2048 verification alone", $"{Table.Text(1e6 / Number(VerifyRate(), openssl.Text))} us");
    }

    private static string Sign(RSA rsa)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"at+jwt","kid":"bench"}"""u8);
        var payload = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = "audio.orleans", aud = "audio.orleans", sub = Guid.NewGuid(), sid = Guid.NewGuid(), role = "dj", iat = now, nbf = now, exp = now + 86400,
            scope = "streams:read streams:write uploads:read uploads:write playlists:read playlists:write podcasts:read podcasts:write", jti = Guid.NewGuid(),
        }));
        var signed = $"{header}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static async Task<double> WrkAsync(Uri url, string? header, int server)
    {
        var before = Usage.Of(server);
        var run = await ProcessRunner.RunAsync(
            new ProcessCommand("wrk", ["-t1", "-c16", $"-d{Seconds}s", .. header is null ? Array.Empty<string>() : ["-H", header], url.ToString()]),
            TimeSpan.FromSeconds(Seconds + 20), TimeProvider.System);
        if (run.Text.Contains("Non-2xx", StringComparison.Ordinal) || run.Text.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"Requests to {url} failed:\n{run.Text}");
        return (Usage.Of(server).Cpu - before.Cpu).TotalMicroseconds / Number(RequestCount(), run.Text);
    }

    private static double Number(Regex pattern, string text) => double.Parse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"rsa 2048 bits\s+\S+\s+\S+\s+\S+\s+([\d.]+)")]
    private static partial Regex VerifyRate();
}
