using Orleans.Runtime;

namespace Orleans;

/// <summary>Marks the contract of a grain.</summary>
public interface IGrain : IAddressable;

/// <summary>Marks the contract of a caller that wants to be told.</summary>
public interface IGrainObserver : IAddressable;

/// <summary>A grain whose key is a text.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>A grain whose key is a Guid.</summary>
public interface IGrainWithGuidKey : IGrain;

/// <summary>A grain whose key is a number.</summary>
public interface IGrainWithIntegerKey : IGrain;
