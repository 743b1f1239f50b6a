using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// The operations that Minio's client lacks (ADR 20): multipart uploads, and objects whose names are longer than 512 characters. No content is
/// transferred here.
/// </summary>
internal sealed class S3Aws : IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly Protocol _protocol;
    private readonly TimeProvider _time;

    /// <param name="options">The bucket.</param>
    /// <param name="http">Sends the requests, retries where that may help, and throws for any response but success.</param>
    /// <param name="time">The clock.</param>
    public S3Aws(S3StoreOptions options, HttpClient http, TimeProvider time)
    {
        (_bucket, _time) = (options.Bucket, time);
        _protocol = options.IsSecure ? Protocol.HTTPS : Protocol.HTTP;
        _client = new AmazonS3Client(
            new BasicAWSCredentials(options.AccessKey, options.SecretKey),
            new AmazonS3Config
            {
                ServiceURL = options.Endpoint,
                AuthenticationRegion = options.Region,
                ForcePathStyle = true,
                // Amazon-specific checksums that other servers refuse.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                HttpClientFactory = new OneClient(http),
                MaxErrorRetry = 0,
                Timeout = Timeout.InfiniteTimeSpan,
            });
    }

    /// <summary>Starts a multipart upload; returns its id.</summary>
    public async Task<string> StartAsync(string path, string contentType, string mark, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = path, ContentType = contentType, Metadata = { [S3Bucket.Mark] = mark } };
        return (await _client.InitiateMultipartUploadAsync(request, cancellationToken)).UploadId;
    }

    /// <summary>Completes an upload from its parts, with their tags in order; returns the object's tag.</summary>
    public async Task<string> JoinAsync(string path, string upload, IEnumerable<string> tags, PutCondition condition, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = _bucket,
            Key = path,
            UploadId = upload,
            PartETags = [.. tags.Select((tag, index) => new PartETag(index + 1, tag))],
            IfNoneMatch = condition.IfAbsent ? "*" : null,
        };
        return (await _client.CompleteMultipartUploadAsync(request, cancellationToken)).ETag;
    }

    /// <summary>Aborts an upload and discards its parts.</summary>
    public Task<AbortMultipartUploadResponse> AbortAsync(string path, string upload, CancellationToken cancellationToken) =>
        _client.AbortMultipartUploadAsync(_bucket, path, upload, cancellationToken);

    /// <summary>A URL for putting a part.</summary>
    public Uri PartAddress(string path, string upload, int number, TimeSpan lifetime) =>
        Sign(new GetPreSignedUrlRequest { Verb = HttpVerb.PUT, Key = path, UploadId = upload, PartNumber = number }, lifetime);

    /// <summary>A URL of an object.</summary>
    /// <param name="method">The operation on it.</param>
    /// <param name="path">The object.</param>
    /// <param name="lifetime">How long the URL is valid.</param>
    /// <param name="parameters">The parameters to sign.</param>
    public Uri Address(HttpMethod method, string path, TimeSpan lifetime, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var request = new GetPreSignedUrlRequest { Verb = Enum.Parse<HttpVerb>(method.Method), Key = path };
        foreach (var (name, value) in parameters)
            request.Parameters.Add(name, value);
        return Sign(request, lifetime);
    }

    public void Dispose() => _client.Dispose();

    private Uri Sign(GetPreSignedUrlRequest request, TimeSpan lifetime)
    {
        (request.BucketName, request.Protocol, request.Expires) = (_bucket, _protocol, _time.GetUtcNow().UtcDateTime + lifetime);
        return new Uri(_client.GetPreSignedURL(request));
    }

    private sealed class OneClient(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
