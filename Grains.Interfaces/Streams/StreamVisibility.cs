namespace Audio.Orleans.Contracts.Streams;

/// <summary>Who may find and hear a stream.</summary>
public enum StreamVisibility
{
    /// <summary>Everybody; it is listed.</summary>
    Public,

    /// <summary>Signed-in listeners with the scope <c>streams:read</c>; only its owner sees it in lists.</summary>
    Private,
}
