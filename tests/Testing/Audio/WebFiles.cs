using System.Collections.Concurrent;

namespace AudioOrleans.Testing.Audio;

/// <summary>An external web server with files, which records its requests. Files can be replaced, moved and damaged while it runs.</summary>
public sealed class WebFiles : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Func<ScriptedSource.Connection, Task>> _files = new();
    private readonly ConcurrentQueue<(string Path, string Request)> _requests = new();
    private readonly ScriptedSource _server;

    private WebFiles() => _server = ScriptedSource.Start(AnswerAsync);

    /// <summary>Its address.</summary>
    public Uri Url => _server.Url;

    /// <summary>Starts a server without files.</summary>
    public static WebFiles Start() => new();

    /// <summary>The address of a file.</summary>
    public string UrlOf(string path) => new Uri(Url, path).ToString();

    /// <summary>The requests for a file so far, with their headers, oldest first.</summary>
    public IReadOnlyList<string> RequestsFor(string path) => [.. _requests.Where(request => request.Path == path).Select(request => request.Request)];

    /// <summary>Answers requests for a path with a script.</summary>
    public void Script(string path, Func<ScriptedSource.Connection, Task> answer) => _files[path] = answer;

    /// <summary>Adds a file; each of the additional headers ends with a line break. A request with its ETag is answered with 304.</summary>
    public void Put(string path, byte[] content, string contentType = "audio/mpeg", string? etag = null, string moreHeaders = "") => Script(path, async connection =>
    {
        var tag = etag is null ? "" : $"ETag: {etag}\r\n";
        if (etag is not null && connection.Request.Contains($"If-None-Match: {etag}\r\n", StringComparison.OrdinalIgnoreCase))
        {
            await connection.SendAsync($"HTTP/1.1 304 Not Modified\r\n{tag}{moreHeaders}Connection: close\r\n\r\n");
            return;
        }
        await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {content.Length}\r\n{tag}{moreHeaders}Connection: close\r\n\r\n");
        await connection.SendAsync(content);
    });

    /// <summary>Redirects requests for a path.</summary>
    public void Redirect(string path, string target) =>
        Script(path, connection => connection.SendAsync($"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(ScriptedSource.Connection connection)
    {
        var path = connection.Request.Split(' ')[1];
        _requests.Enqueue((path, connection.Request));
        return _files.TryGetValue(path, out var answer) ? answer(connection) : connection.SendAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}
