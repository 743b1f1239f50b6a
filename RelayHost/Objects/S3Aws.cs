using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>What Minio's client cannot (ADR 20): uploads in parts, and objects whose names are longer than 512 characters. No bytes go this way.</summary>
internal sealed class S3Aws : IDisposable
{
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly Protocol _protocol;
    private readonly TimeProvider _time;

    /// <param name="options">The bucket.</param>
    /// <param name="http">Sends the requests, again where that may help, and throws what is no success.</param>
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
                // Checksums of Amazon's own that other servers refuse.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                HttpClientFactory = new OneClient(http),
                MaxErrorRetry = 0,
                Timeout = Timeout.InfiniteTimeSpan,
            });
    }

    /// <summary>Begins an upload in parts; returns its id.</summary>
    public async Task<string> StartAsync(string path, string contentType, string mark, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = _bucket, Key = path, ContentType = contentType, Metadata = { [S3Bucket.Mark] = mark } };
        return (await _client.InitiateMultipartUploadAsync(request, cancellationToken)).UploadId;
    }

    /// <summary>Joins parts, of which the tags are given in their order; returns the object's tag.</summary>
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

    /// <summary>Gives an upload up, and with it the parts that have arrived.</summary>
    public Task<AbortMultipartUploadResponse> AbortAsync(string path, string upload, CancellationToken cancellationToken) =>
        _client.AbortMultipartUploadAsync(_bucket, path, upload, cancellationToken);

    /// <summary>An address to which a part is put.</summary>
    public Uri PartAddress(string path, string upload, int number, TimeSpan lifetime) =>
        Sign(new GetPreSignedUrlRequest { Verb = HttpVerb.PUT, Key = path, UploadId = upload, PartNumber = number }, lifetime);

    /// <summary>An address of an object.</summary>
    /// <param name="method">What is done with it there.</param>
    /// <param name="path">The object.</param>
    /// <param name="lifetime">How long the address is good for.</param>
    /// <param name="parameters">What is signed with it.</param>
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
