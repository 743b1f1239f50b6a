using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

[Collection(DefendedPlatformGroup.Name)]
public sealed class RequestLimitTests(DefendedPlatform defended)
{
    private const string Start = "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.20\r\nContent-Type: application/json\r\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_of_more_than_a_mebibyte_is_refused_with_the_limit(bool chunked)
    {
        // One request declares a length that is too large; the other turns out to be too large.
        var chunk = $"400\r\n{new string('x', 1024)}\r\n";
        var body = chunked
            ? $"Transfer-Encoding: chunked\r\n\r\nA\r\n{{\"email\":\"\r\n{string.Concat(Enumerable.Repeat(chunk, 1025))}"
            : "Content-Length: 1048577\r\n\r\n";
        var answer = await RawRequest.SendAsync(defended.Platform.Port, $"{Start}Connection: close\r\n{body}");
        var problem = ProblemOf(answer, 413);
        Assert.Equal(1024 * 1024, (int)problem["max_bytes"]!);
        Assert.Equal("The request is too large", (string)problem["error"]!);
    }

    [Fact]
    public async Task Too_many_and_too_large_headers_are_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 65).Select(i => $"X-{i}: 1\r\n"));
        var large = string.Concat(Enumerable.Range(0, 9).Select(i => $"X-{i}: {new string('x', 2000)}\r\n"));
        foreach (var headers in new[] { many, large })
            Assert.StartsWith("HTTP/1.1 431 ", await RawRequest.SendAsync(defended.Platform.Port, $"GET /v1/health HTTP/1.1\r\nHost: x\r\n{headers}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 414 ", await RawRequest.SendAsync(defended.Platform.Port, $"GET /v1/health?x={new string('x', 8200)} HTTP/1.1\r\nHost: x\r\n\r\n"), StringComparison.Ordinal);
        var enough = string.Concat(Enumerable.Range(0, 62).Select(i => $"X-{i}: 1\r\n"));
        Assert.StartsWith(
            "HTTP/1.1 200 ", await RawRequest.SendAsync(defended.Platform.Port, $"GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{enough}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_does_not_arrive_is_refused()
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await RawRequest.SendAsync(defended.Platform.Port, $"{Start}Content-Length: 1000\r\n\r\n{{\"email\":");
        Assert.Equal("The request did not arrive in time", (string)ProblemOf(answer, 408)["error"]!);
        // Because of the minimum data rate of the body, before the deadline of the request.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(2), DefendedPlatform.Deadline);
    }

    [Fact]
    public async Task A_body_that_arrives_too_slowly_is_refused()
    {
        // A few thousand bytes per second satisfy the minimum data rate; the deadline ends the request.
        var answer = await RawRequest.SendAsync(defended.Platform.Port, $"{Start}Content-Length: 1000000\r\n\r\n{{\"email\":\"", new string('x', 40));
        Assert.Equal("The request did not arrive in time", (string)ProblemOf(answer, 408)["error"]!);
    }

    [Fact]
    public async Task A_deeply_nested_body_is_refused()
    {
        var depth = 10_000;
        using var content = new StringContent($"{{\"name\":{new string('[', depth)}{new string(']', depth)}}}", Encoding.UTF8, "application/json");
        var shared = await SharedPlatform.GetAsync();
        using var response = await shared.Dj.Client.PostAsync(new Uri("/v1/streams", UriKind.Relative), content);
        await response.ProblemAsync(HttpStatusCode.BadRequest);
    }

    private static JsonObject ProblemOf(string answer, int status)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/problem+json", answer, StringComparison.Ordinal);
        var body = answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)];
        var problem = JsonNode.Parse(body)!.AsObject();
        Assert.Equal(status, (int)problem["code"]!);
        return problem;
    }
}
